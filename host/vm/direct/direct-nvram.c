/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-nvram.h"

#include "block-device.h"
#include "json-read.h"
#include "launch-files.h"
#include "qmp-error.h"

#define QUERY_MS 10000
#define NO_FILE  "its uefi-vars device keeps them in no file; give it one with jsonfile="

/* qom-list reports the type as "child<uefi-vars-x64>". */
static gboolean
is_varstore(JsonObject *object)
{
    const char *type = object == NULL ? NULL : firn_json_read_string(object, "type");

    return type != NULL && g_str_has_prefix(type, "child<" FIRN_LAUNCH_VARSTORE);
}

/* The path of the device; NULL without one, or with @error set. */
static char *
look_for_varstore(FirnChannel *monitor, const char *folder, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) failure = NULL;
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *list;

    json_object_set_string_member(arguments, "path", folder);
    reply = firn_channel_call(monitor, "qom-list", arguments, QUERY_MS, NULL, &failure);
    list = reply == NULL || !JSON_NODE_HOLDS_ARRAY(reply) ? NULL : json_node_get_array(reply);
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *object = firn_json_read_element(list, i);
        const char *name = object == NULL ? NULL : firn_json_read_string(object, "name");

        if (name != NULL && is_varstore(object))
            return g_strdup_printf("%s/%s", folder, name);
    }
    /* A QEMU without qom-list has no uefi-vars device either. */
    if (failure != NULL && !g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND))
        g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

static FirnNvramLocation *
new_varstore(const char *path)
{
    return *path == '\0' ? firn_nvram_location_new_obstructed(NO_FILE)
                         : firn_nvram_location_new(path);
}

static FirnNvramLocation *
ask_varstore(FirnChannel *monitor, const char *device, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    const char *path;

    json_object_set_string_member(arguments, "path", device);
    json_object_set_string_member(arguments, "property", "jsonfile");
    reply = firn_channel_call(monitor, "qom-get", arguments, QUERY_MS, NULL, error);
    if (reply == NULL)
        return NULL;
    path = JSON_NODE_HOLDS_VALUE(reply) ? json_node_get_string(reply) : NULL;
    return new_varstore(path == NULL ? "" : path);
}

/* Without a writable pflash, the variables may be in the file of a uefi-vars device. */
static gboolean
find_varstore(FirnChannel *monitor, FirnNvramLocation **out_place, GError **error)
{
    static const char *const folders[] = {"/machine/peripheral", "/machine/peripheral-anon"};

    *out_place = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autoptr(GError) failure = NULL;
        g_autofree char *device = look_for_varstore(monitor, folders[i], &failure);

        if (device != NULL) {
            *out_place = ask_varstore(monitor, device, error);
            return *out_place != NULL;
        }
        if (failure != NULL) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
firn_direct_nvram_find_running(FirnChannel *monitor, FirnNvramLocation **out_place, GError **error)
{
    g_autoptr(GPtrArray) devices = firn_block_devices_query(monitor, QUERY_MS, NULL, error);
    const FirnBlockDevice *flash = NULL;
    guint found = 0;

    if (devices == NULL)
        return FALSE;
    for (guint i = 0; i < devices->len; i++) {
        const FirnBlockDevice *device = devices->pdata[i];

        if (!device->is_flash || !device->is_writable)
            continue;
        flash = device;
        found++;
    }
    if (found == 0)
        return find_varstore(monitor, out_place, error);
    *out_place = found == 1 ? firn_nvram_location_new(flash->path)
                            : firn_nvram_location_new_obstructed(
                                  "QEMU has several pflash drives that the guest can write to; "
                                  "make the one with the firmware code readonly=on");
    return TRUE;
}

static const FirnSnapshot *
get_newer(const FirnSnapshot *a, const FirnSnapshot *b)
{
    if (b == NULL || b->nvram == NULL)
        return a;
    return a == NULL || b->created_us > a->created_us ? b : a;
}

FirnNvramLocation *
firn_direct_nvram_find_idle(const FirnMachineFile *file, FirnCatalogue *catalogue)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(catalogue);
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(catalogue);
    const FirnSnapshot *newest = NULL;
    g_autofree char *varstore = NULL;

    if (file->nvram_path != NULL)
        return firn_nvram_location_new(file->nvram_path);
    for (guint i = 0; i < records->len; i++)
        newest = get_newer(newest, records->pdata[i]);
    newest = get_newer(newest, undo == NULL ? NULL : undo->snapshot);
    if (newest != NULL)
        return firn_nvram_location_new(newest->nvram->path);
    if (file->launch != NULL)
        varstore = firn_launch_files_dup_varstore(file->launch);
    return varstore == NULL ? NULL : new_varstore(varstore);
}
