/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-findings.h"

#include "json-read.h"

#define QUERY_MS 10000
#define SUBJECT  "machine"

/* What this QEMU reports about a machine type. */
typedef enum {
    FATE_STAYS,
    FATE_DEPRECATED,
    FATE_GONE,
} Fate;

static gboolean
is_called(JsonObject *machine, const char *type)
{
    return machine != NULL && (g_strcmp0(firn_json_read_string(machine, "name"), type) == 0 ||
                               g_strcmp0(firn_json_read_string(machine, "alias"), type) == 0);
}

static Fate
find_fate(JsonArray *machines, const char *type)
{
    for (guint i = 0; i < json_array_get_length(machines); i++) {
        JsonObject *machine = firn_json_read_element(machines, i);

        if (is_called(machine, type))
            return firn_json_read_boolean(machine, "deprecated", FALSE) ? FATE_DEPRECATED
                                                                        : FATE_STAYS;
    }
    return FATE_GONE;
}

static const char *
get_type(const FirnSnapshot *record)
{
    return record->memory == NULL ? NULL : record->memory->machine_type;
}

static void
add_deprecated(FirnFindings *findings, const FirnSnapshot *record)
{
    g_autofree char *message =
        g_strdup_printf("the RAM of snapshot %s is of machine type %s, which QEMU has deprecated: "
                        "a later QEMU will not support it and cannot load that RAM",
                        record->name,
                        get_type(record));

    firn_findings_add(
        findings,
        FIRN_SEVERITY_WARNING,
        "MachineDeprecated",
        SUBJECT,
        message,
        "before QEMU is upgraded, restore the snapshot, boot the guest on a newer machine type, "
        "and create a new snapshot; the disks of the old one remain usable");
}

static void
add_gone(FirnFindings *findings, const FirnSnapshot *record)
{
    g_autofree char *message = g_strdup_printf(
        "the RAM of snapshot %s is of machine type %s, which this QEMU does not support any more",
        record->name,
        get_type(record));
    g_autofree char *remedy =
        g_strdup_printf("only its disks can be restored: firn restore VM %s --off", record->name);

    firn_findings_add(findings, FIRN_SEVERITY_WARNING, "MachineUnknown", SUBJECT, message, remedy);
}

static gboolean
has_types(GPtrArray *records)
{
    for (guint i = 0; i < records->len; i++)
        if (get_type(records->pdata[i]) != NULL)
            return TRUE;
    return FALSE;
}

static void
judge(FirnFindings *findings, const FirnSnapshot *record, JsonArray *machines)
{
    switch (get_type(record) == NULL ? FATE_STAYS : find_fate(machines, get_type(record))) {
    case FATE_DEPRECATED:
        add_deprecated(findings, record);
        break;
    case FATE_GONE:
        add_gone(findings, record);
        break;
    case FATE_STAYS:
        break;
    }
}

void
firn_machine_findings_add(FirnFindings *findings,
                          GPtrArray *records,
                          FirnChannel *monitor,
                          GCancellable *cancellable)
{
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *machines;

    if (!has_types(records))
        return;
    reply = firn_channel_call(monitor, "query-machines", NULL, QUERY_MS, cancellable, NULL);
    machines = reply == NULL || !JSON_NODE_HOLDS_ARRAY(reply) ? NULL : json_node_get_array(reply);
    if (machines == NULL || json_array_get_length(machines) == 0)
        return;
    for (guint i = 0; i < records->len; i++)
        judge(findings, records->pdata[i], machines);
}
