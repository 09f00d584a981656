/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence-view.h"

#include "duration.h"
#include "field.h"
#include "freeze-timeline.h"
#include "hook-view.h"
#include "json-output.h"
#include "vss-view.h"

static void
print_fact(GVariant *evidence, const char *label, const char *key)
{
    const char *text;

    if (g_variant_lookup(evidence, key, "&s", &text))
        firn_field_print(label, text);
}

/* The guest's state at the cut, as far as it is known. */
static void
print_not_frozen(GVariant *evidence)
{
    g_auto(GStrv) targets = firn_json_dup_strings(evidence, "not_frozen");
    g_autofree char *line = g_strjoinv(", ", targets);

    if (*line != '\0')
        firn_field_print("Not frozen", line);
}

static char *
format_host_hook(GVariant *list, gsize index)
{
    g_autoptr(GVariant) item = g_variant_get_child_value(list, index);
    g_autoptr(GVariant) report = g_variant_get_variant(item);
    const char *hook = "", *phase = "", *failure = NULL;
    g_autofree char *took = NULL;
    gint64 ms = 0;

    g_variant_lookup(report, "hook", "&s", &hook);
    g_variant_lookup(report, "phase", "&s", &phase);
    g_variant_lookup(report, "took_ms", "x", &ms);
    took = firn_duration_format((guint64)ms * 1000);
    if (g_variant_lookup(report, "failure", "&s", &failure))
        return g_strdup_printf("%s %s: failed after %s: %s", hook, phase, took, failure);
    return g_strdup_printf("%s %s: %s", hook, phase, took);
}

/* "50-notify before: 12 ms", each on a line of its own. */
static void
print_host_hooks(GVariant *evidence)
{
    g_autoptr(GVariant) list = g_variant_lookup_value(evidence, "host_hooks", G_VARIANT_TYPE("av"));
    const char *label = "Host hooks";

    for (gsize i = 0; list != NULL && i < g_variant_n_children(list); i++) {
        g_autofree char *line = format_host_hook(list, i);

        firn_field_print(label, line);
        label = "";
    }
}

void
firn_evidence_view_print(FirnCli *cli, GVariant *evidence, guint64 frozen_for_us)
{
    g_autofree char *window = firn_freeze_timeline_format(evidence, cli->is_utc);
    g_autofree char *frozen_for = firn_duration_format(frozen_for_us);
    g_autofree char *hooks = firn_hook_view_summarise(evidence);
    g_autofree char *vss = firn_vss_view_summarise(evidence);

    print_fact(evidence, "VM was", "run_state");
    print_fact(evidence, "Guest", "guest_os");
    print_fact(evidence, "Agent", "agent_version");
    print_not_frozen(evidence);
    if (hooks != NULL)
        firn_field_print("Guest hooks", hooks);
    if (vss != NULL)
        firn_field_print("VSS", vss);
    print_host_hooks(evidence);
    if (frozen_for_us > 0)
        firn_field_print("Frozen for", frozen_for);
    if (*window != '\0')
        g_print("\nWindow:\n%s", window);
}

guint64
firn_evidence_view_get_frozen_us(GVariant *evidence)
{
    gint64 sent_us = 0, thawed_us = 0;

    g_variant_lookup(evidence, "freeze_sent_us", "x", &sent_us);
    g_variant_lookup(evidence, "thawed_us", "x", &thawed_us);
    return sent_us == 0 || thawed_us <= sent_us ? 0 : (guint64)(thawed_us - sent_us);
}
