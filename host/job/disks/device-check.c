/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-check.h"

#include <string.h>

#include "blockers.h"
#include "json-read.h"
#include "printable.h"

#define QUERY_MS 10000
#define CHILD    "child<"
#define REMEDY   "detach the device, or exclude RAM"

/* Types as qom-list names them, matched by prefix. virtio-9p is not listed: QEMU itself refuses
 * while the guest has it mounted. */
static const struct {
    const char *prefix;
    const char *reason;
} outside[] = {
    {"vfio-",          "it is a host device, whose state QEMU cannot restore"               },
    {"usb-host",       "it is a host device, whose state QEMU cannot restore"               },
    {"vhost-user-fs-", "virtiofsd may hold open files for the guest, which QEMU cannot save"},
    {"vhost-vdpa-",    "it is a host device, whose state QEMU cannot restore"               },
    {"ivshmem",        "its memory is shared with other processes and would not be reverted"},
};

static void
add_unknown(GPtrArray *blockers, const GError *error)
{
    firn_blockers_add(blockers,
                      "Unmigratable",
                      "devices",
                      "fix this, or exclude RAM",
                      "cannot find out whether their state can be saved: %s",
                      error == NULL ? "QEMU's reply does not match its documentation"
                                    : error->message);
}

static void
add_reasons(JsonArray *reasons, GPtrArray *blockers)
{
    for (guint i = 0; reasons != NULL && i < json_array_get_length(reasons); i++) {
        JsonNode *reason = json_array_get_element(reasons, i);
        const char *text = JSON_NODE_HOLDS_VALUE(reason) ? json_node_get_string(reason) : NULL;
        g_autofree char *printable = firn_printable(text);

        firn_blockers_add(blockers,
                          "Unmigratable",
                          "device",
                          REMEDY,
                          "%s",
                          text == NULL ? "QEMU does not say which" : printable);
    }
}

/* QEMU knows best which of its devices cannot be migrated, and therefore not be saved. */
static void
ask_qemu(FirnChannel *monitor, GPtrArray *blockers, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-migrate", NULL, QUERY_MS, cancellable, &error);

    if (reply == NULL || !JSON_NODE_HOLDS_OBJECT(reply))
        add_unknown(blockers, error);
    else
        add_reasons(firn_json_read_array(json_node_get_object(reply), "blocked-reasons"), blockers);
}

static const char *
find_reason(const char *type)
{
    for (guint i = 0; type != NULL && i < G_N_ELEMENTS(outside); i++)
        if (g_str_has_prefix(type, CHILD) &&
            g_str_has_prefix(type + strlen(CHILD), outside[i].prefix))
            return outside[i].reason;
    return NULL;
}

/* "vfio-pci" of "child<vfio-pci>" */
static char *
dup_type(const char *type)
{
    g_autofree char *bare = g_strndup(type + strlen(CHILD), strcspn(type + strlen(CHILD), ">"));

    return firn_printable(bare);
}

static void
judge_device(const char *path, JsonObject *device, GPtrArray *blockers)
{
    const char *name = firn_json_read_string(device, "name");
    const char *type = firn_json_read_string(device, "type");
    const char *reason = find_reason(type);
    g_autofree char *bare = reason == NULL ? NULL : dup_type(type);
    g_autofree char *printable = firn_printable(name);
    g_autofree char *subject = g_strdup_printf("device %s/%s (%s)", path, printable, bare);

    if (reason != NULL)
        firn_blockers_add(blockers, "Unmigratable", subject, REMEDY, "%s", reason);
}

static void
list_devices(FirnChannel *monitor, const char *path, GPtrArray *blockers, GCancellable *cancellable)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *array;

    json_object_set_string_member(arguments, "path", path);
    reply = firn_channel_call(monitor, "qom-list", arguments, QUERY_MS, cancellable, &error);
    if (reply == NULL || !JSON_NODE_HOLDS_ARRAY(reply)) {
        add_unknown(blockers, error);
        return;
    }
    array = json_node_get_array(reply);
    for (guint i = 0; i < json_array_get_length(array); i++)
        judge_device(path, firn_json_read_element(array, i), blockers);
}

void
firn_device_check(FirnChannel *monitor, GPtrArray *blockers, GCancellable *cancellable)
{
    ask_qemu(monitor, blockers, cancellable);
    list_devices(monitor, "/machine/peripheral", blockers, cancellable);
    list_devices(monitor, "/machine/peripheral-anon", blockers, cancellable);
}
