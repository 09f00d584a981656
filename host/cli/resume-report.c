/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resume-report.h"

static const char *
look_up(GVariant *result, const char *key)
{
    const char *word = "";

    g_variant_lookup(result, key, "&s", &word);
    return word;
}

static char *
tell_frozen(const char *agent, const char *vm)
{
    return g_strdup_printf("could not check whether the resumed guest is frozen: %s; if it "
                           "hangs, or to be sure: firn thaw %s",
                           g_str_equal(agent, "ok") ? "its agent gave no reason"
                                                    : "its agent did not answer",
                           vm);
}

static char *
tell_clock(const char *agent, const char *clock)
{
    const char *why = !g_str_equal(agent, "ok") ? "did not answer"
                      : g_str_equal(clock, "blocked")
                          ? "is not allowed guest-set-time (block-rpcs or allow-rpcs in "
                            "/etc/qemu/qemu-ga.conf, or --block-rpcs)"
                      : g_str_equal(clock, "unsupported")
                          ? "cannot set it"
                          : "failed to set it (a Linux guest needs /sbin/hwclock)";

    return g_strdup_printf("its clock may show the time of the snapshot: its agent %s; set it in "
                           "the guest (Linux: chronyc makestep; Windows: w32tm /resync)",
                           why);
}

GStrv
firn_resume_report(GVariant *result, const char *vm)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *agent = look_up(result, "agent");
    const char *clock = look_up(result, "clock");
    g_autofree char *frozen_text = tell_frozen(agent, vm);
    g_autofree char *clock_text = tell_clock(agent, clock);

    if (g_str_equal(look_up(result, "frozen"), "unknown"))
        g_strv_builder_add(builder, frozen_text);
    if (g_str_equal(clock, "unsupported") || g_str_equal(clock, "blocked") ||
        g_str_equal(clock, "failed"))
        g_strv_builder_add(builder, clock_text);
    return g_strv_builder_end(builder);
}
