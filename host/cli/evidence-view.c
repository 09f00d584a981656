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
