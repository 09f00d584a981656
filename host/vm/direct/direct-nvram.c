/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-nvram.h"

#include <string.h>

#include "block-device.h"
#include "json-read.h"
#include "qmp-error.h"

#define QUERY_MS 10000
#define VARSTORE "uefi-vars-" /* prefix of the QOM types that keep UEFI variables in JSON */
#define IN_VARSTORE                                                                                \
    "they are in a uefi-vars device, which firn does not support yet; those in a pflash are saved"

/* The uefi-vars devices exist since QEMU 10.0; qom-list reports the type as
 * "child<uefi-vars-x64>". */
static gboolean
is_varstore(JsonObject *object)
{
    const char *type = object == NULL ? NULL : firn_json_read_string(object, "type");

    return type != NULL && g_str_has_prefix(type, "child<" VARSTORE);
}

static gboolean
look_for_varstore(FirnChannel *monitor, const char *folder, gboolean *has_one, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) failure = NULL;
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *list;

    json_object_set_string_member(arguments, "path", folder);
    reply = firn_channel_call(monitor, "qom-list", arguments, QUERY_MS, NULL, &failure);
    list = reply == NULL || !JSON_NODE_HOLDS_ARRAY(reply) ? NULL : json_node_get_array(reply);
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++)
        *has_one |= is_varstore(firn_json_read_element(list, i));
    /* A QEMU without qom-list has no uefi-vars device either. */
    if (failure == NULL || g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* Without a writable pflash, the variables may be in the file of a uefi-vars device. */
static gboolean
find_varstore(FirnChannel *monitor, FirnNvramLocation **out_place, GError **error)
{
    gboolean has_one = FALSE;

    if (!look_for_varstore(monitor, "/machine/peripheral", &has_one, error) ||
        !look_for_varstore(monitor, "/machine/peripheral-anon", &has_one, error))
        return FALSE;
    *out_place = has_one ? firn_nvram_location_new_obstructed(IN_VARSTORE) : NULL;
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

    if (file->nvram_path != NULL)
        return firn_nvram_location_new(file->nvram_path);
    for (guint i = 0; i < records->len; i++)
        newest = get_newer(newest, records->pdata[i]);
    newest = get_newer(newest, undo == NULL ? NULL : undo->snapshot);
    if (newest != NULL)
        return firn_nvram_location_new(newest->nvram->path);
    return file->launch != NULL && strstr(file->launch, VARSTORE) != NULL
               ? firn_nvram_location_new_obstructed(IN_VARSTORE)
               : NULL;
}
