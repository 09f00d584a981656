/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chardev.h"

#include <string.h>

#include "json-read.h"

/* "disconnected:unix:/run/web1.qga,server=on" or "unix:/run/web1.qga,server=on" */
static gboolean
names_socket(const char *filename, const char *path)
{
    const char *found = filename == NULL ? NULL : strstr(filename, "unix:");

    found = found == NULL || !g_str_has_prefix(found + 5, path) ? NULL : found + 5 + strlen(path);
    return found != NULL && (*found == '\0' || *found == ',');
}

FirnChardevState
firn_chardev_query(FirnChannel *monitor,
                   const char *path,
                   guint deadline_ms,
                   GCancellable *cancellable,
                   gboolean *out_is_open)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-chardev", NULL, deadline_ms, cancellable, NULL);
    JsonArray *array =
        reply != NULL && JSON_NODE_HOLDS_ARRAY(reply) ? json_node_get_array(reply) : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *info = firn_json_read_element(array, i);
        const char *filename = firn_json_read_string(info, "filename");

        if (!names_socket(filename, path))
            continue;
        if (out_is_open != NULL)
            *out_is_open = firn_json_read_boolean(info, "frontend-open", FALSE);
        return g_str_has_prefix(filename, "disconnected:") ? FIRN_CHARDEV_FREE : FIRN_CHARDEV_TAKEN;
    }
    return FIRN_CHARDEV_UNKNOWN;
}
