/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal-snapshot.h"

#include "qmp-job.h"

static JsonObject *
new_action(const char *node, const char *tag)
{
    JsonObject *data = json_object_new();
    JsonObject *action = json_object_new();

    json_object_set_string_member(data, "device", node);
    json_object_set_string_member(data, "name", tag);
    json_object_set_string_member(action, "type", "blockdev-snapshot-internal-sync");
    json_object_set_object_member(action, "data", data);
    return action;
}

gboolean
firn_internal_snapshot_take(FirnChannel *monitor,
                            const char *const *nodes,
                            const char *tag,
                            guint deadline_ms,
                            GError **error)
{
    JsonArray *actions = json_array_new();
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    for (; *nodes != NULL; nodes++)
        json_array_add_object_element(actions, new_action(*nodes, tag));
    json_object_set_array_member(arguments, "actions", actions);
    reply = firn_channel_call(monitor, "transaction", arguments, deadline_ms, NULL, error);
    return reply != NULL;
}

static JsonArray *
to_array(const char *const *nodes)
{
    JsonArray *array = json_array_new();

    for (; *nodes != NULL; nodes++)
        json_array_add_string_element(array, *nodes);
    return array;
}

static gboolean
run(FirnChannel *monitor,
    const char *command,
    const char *const *nodes,
    const char *vm_state_node,
    const char *tag,
    GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();

    json_object_set_string_member(arguments, "tag", tag);
    if (vm_state_node != NULL)
        json_object_set_string_member(arguments, "vmstate", vm_state_node);
    json_object_set_array_member(arguments, "devices", to_array(nodes));
    return firn_qmp_job_run(monitor, command, arguments, error);
}

gboolean
firn_internal_snapshot_save(FirnChannel *monitor,
                            const char *const *nodes,
                            const char *vm_state_node,
                            const char *tag,
                            GError **error)
{
    return run(monitor, "snapshot-save", nodes, vm_state_node, tag, error);
}

gboolean
firn_internal_snapshot_load(FirnChannel *monitor,
                            const char *const *nodes,
                            const char *vm_state_node,
                            const char *tag,
                            GError **error)
{
    return run(monitor, "snapshot-load", nodes, vm_state_node, tag, error);
}

gboolean
firn_internal_snapshot_delete(FirnChannel *monitor,
                              const char *const *nodes,
                              const char *tag,
                              GError **error)
{
    return run(monitor, "snapshot-delete", nodes, NULL, tag, error);
}
