/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-load.h"

#include <unistd.h>

#include "qmp-error.h"

#define CALL_MS  10000
#define BEGIN_MS 600000
#define NAME     "firn-ram"

static gboolean
load(FirnChannel *monitor, const char *uri, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "uri", uri);
    reply = firn_channel_call(monitor, "migrate-incoming", arguments, BEGIN_MS, NULL, error);
    return reply != NULL;
}

/* QEMU has a descriptor of its own by now; the set would keep the blocks of a deleted file
 * allocated. */
static void
remove_file(FirnChannel *monitor, gint64 set)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_int_member(arguments, "fdset-id", set);
    reply = firn_channel_call(monitor, "remove-fd", arguments, CALL_MS, NULL, NULL);
}

static gboolean
load_by_set(FirnChannel *monitor, int file, GError **error)
{
    gint64 offset = lseek(file, 0, SEEK_CUR);
    g_autofree char *uri = NULL;
    gint64 set = -1;
    gboolean ok;

    if (!firn_channel_add_file(monitor, file, CALL_MS, &set, error))
        return FALSE;
    uri = g_strdup_printf("file:/dev/fdset/%" G_GINT64_FORMAT ",offset=%" G_GINT64_FORMAT,
                          set,
                          MAX(offset, 0));
    ok = load(monitor, uri, error);
    remove_file(monitor, set);
    return ok;
}

static gboolean
load_by_name(FirnChannel *monitor, int file, GError **error)
{
    return firn_channel_pass_file(monitor, NAME, file, CALL_MS, error) &&
           load(monitor, "fd:" NAME, error);
}

gboolean
firn_memory_load_begin(FirnChannel *monitor, int file, GError **error)
{
    g_autoptr(GError) first = NULL;

    if (load_by_set(monitor, file, &first))
        return TRUE;
    if (!g_error_matches(first, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED)) {
        g_propagate_error(error, g_steal_pointer(&first));
        return FALSE;
    }
    if (load_by_name(monitor, file, error))
        return TRUE;
    g_prefix_error(error, "%s; ", first->message);
    return FALSE;
}
