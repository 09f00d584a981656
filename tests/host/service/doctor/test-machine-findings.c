/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-findings.h"

#include <string.h>

#include "finding-words.h"
#include "monitor-rig.h"

#define MACHINES                                                                                   \
    "[{\"name\": \"pc-q35-7.2\", \"deprecated\": true}, {\"name\": \"pc-q35-11.1\", \"alias\": "   \
    "\"q35\", \"deprecated\": false}, {\"name\": \"odd\"}, 5]"

/* Of one snapshot with that machine type; NULL: one without RAM, "": with RAM of an unknown type */
static char *
describe(FirnTestMonitorRig *rig, const char *type, const char *machines)
{
    g_autoptr(GPtrArray) records =
        g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);
    FirnSnapshot *record = firn_snapshot_new("s1", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(FirnFindings) findings = firn_findings_new();

    if (type != NULL)
        record->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.22");
    if (type != NULL && *type != '\0')
        record->memory->machine_type = g_strdup(type);
    g_ptr_array_add(records, record);
    firn_test_answer(rig->peer, "query-machines", machines);
    firn_machine_findings_add(findings, records, rig->monitor, NULL);
    firn_test_peer_forget_rules(rig->peer);
    return firn_test_finding_words(findings);
}

static void
test_deprecated(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *words = describe(rig, "pc-q35-7.2", MACHINES);

    g_assert_true(g_str_has_prefix(words, "warning MachineDeprecated machine: "));
    g_assert_nonnull(strstr(words, "snapshot s1"));
    g_assert_nonnull(strstr(words, "pc-q35-7.2"));
}

static void
test_unknown(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *words = describe(rig, "pc-q35-2.4", MACHINES);

    g_assert_true(g_str_has_prefix(words, "warning MachineUnknown machine: "));
}

static void
assert_silent(FirnTestMonitorRig *rig, const char *type, const char *machines)
{
    g_autofree char *words = describe(rig, type, machines);

    g_assert_cmpstr(words, ==, "");
}

static void
test_well(FirnTestMonitorRig *rig, gconstpointer data)
{
    assert_silent(rig, "pc-q35-11.1", MACHINES);
    assert_silent(rig, "q35", MACHINES);
    assert_silent(rig, "odd", MACHINES);
}

/* QEMU is not queried. */
static void
test_without(FirnTestMonitorRig *rig, gconstpointer data)
{
    assert_silent(rig, NULL, MACHINES);
    assert_silent(rig, "", MACHINES);
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "query-machines"), ==, 0);
}

/* Without a reply there is no finding. */
static void
test_not_told(FirnTestMonitorRig *rig, gconstpointer data)
{
    assert_silent(rig, "pc-q35-7.2", "{}");
    assert_silent(rig, "pc-q35-7.2", "[]");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/service/machine-findings/deprecated", NULL, test_deprecated);
    firn_test_monitor_rig_add("/service/machine-findings/unknown", NULL, test_unknown);
    firn_test_monitor_rig_add("/service/machine-findings/well", NULL, test_well);
    firn_test_monitor_rig_add("/service/machine-findings/without-ram", NULL, test_without);
    firn_test_monitor_rig_add("/service/machine-findings/not-told", NULL, test_not_told);
    return g_test_run();
}
