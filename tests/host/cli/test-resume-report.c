/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "resume-report.h"

static GStrv
tell(const char *text)
{
    g_autoptr(GVariant) result = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

    g_assert_nonnull(result);
    return firn_resume_report(result, "web1");
}

static void
test_well(void)
{
    g_auto(GStrv) settled = tell("{'agent': <'ok'>, 'frozen': <'no'>, 'clock': <'ok'>}");
    g_auto(GStrv) thawed = tell("{'agent': <'ok'>, 'frozen': <'thawed'>, 'clock': <'ok'>}");
    g_auto(GStrv) disks_alone = tell("{'name': <'s1'>}");

    g_assert_cmpuint(g_strv_length(settled), ==, 0);
    g_assert_cmpuint(g_strv_length(thawed), ==, 0);
    g_assert_cmpuint(g_strv_length(disks_alone), ==, 0);
}

static void
test_clock(void)
{
    g_auto(GStrv) failed = tell("{'agent': <'ok'>, 'frozen': <'no'>, 'clock': <'failed'>}");
    g_auto(GStrv) blocked = tell("{'agent': <'ok'>, 'frozen': <'no'>, 'clock': <'blocked'>}");
    g_auto(GStrv) unable = tell("{'agent': <'ok'>, 'frozen': <'no'>, 'clock': <'unsupported'>}");

    g_assert_cmpuint(g_strv_length(failed), ==, 1);
    g_assert_nonnull(strstr(failed[0], "its agent failed to set it (a Linux guest needs"));
    g_assert_cmpuint(g_strv_length(blocked), ==, 1);
    g_assert_nonnull(strstr(blocked[0], "its agent is not allowed guest-set-time"));
    g_assert_cmpuint(g_strv_length(unable), ==, 1);
    g_assert_nonnull(strstr(unable[0], "its agent cannot set it; set it in the guest"));
}

static void
test_frozen(void)
{
    g_auto(GStrv) said = tell("{'agent': <'ok'>, 'frozen': <'unknown'>, 'clock': <'ok'>}");

    g_assert_cmpuint(g_strv_length(said), ==, 1);
    g_assert_nonnull(strstr(said[0], "its agent gave no reason"));
    g_assert_nonnull(strstr(said[0], "firn thaw web1"));
}

static void
test_silent_agent(void)
{
    g_auto(GStrv) said =
        tell("{'agent': <'unsupported'>, 'frozen': <'unknown'>, 'clock': <'unsupported'>}");

    g_assert_cmpuint(g_strv_length(said), ==, 2);
    g_assert_nonnull(strstr(said[0], "its agent did not answer"));
    g_assert_nonnull(strstr(said[1], "its agent did not answer"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/waking-text/well", test_well);
    g_test_add_func("/cli/waking-text/clock", test_clock);
    g_test_add_func("/cli/waking-text/frozen", test_frozen);
    g_test_add_func("/cli/waking-text/silent-agent", test_silent_agent);
    return g_test_run();
}
