/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-nvram.h"

#include "block-device.h"

#define QUERY_MS 10000

gboolean
firn_direct_nvram_find_running(FirnChannel *monitor, FirnNvramPlace **out_place, GError **error)
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
    *out_place = found == 0 ? NULL
                 : found == 1
                     ? firn_nvram_place_new(flash->path)
                     : firn_nvram_place_new_obstructed(
                           "QEMU has several pflash that the guest can write to; give that "
                           "of the firmware itself readonly=on");
    return TRUE;
}

static const FirnSnapshot *
get_newer(const FirnSnapshot *a, const FirnSnapshot *b)
{
    if (b == NULL || b->nvram == NULL)
        return a;
    return a == NULL || b->created_us > a->created_us ? b : a;
}

FirnNvramPlace *
firn_direct_nvram_find_idle(const FirnMachineFile *file, FirnCatalogue *catalogue)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(catalogue);
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(catalogue);
    const FirnSnapshot *newest = NULL;

    if (file->nvram_path != NULL)
        return firn_nvram_place_new(file->nvram_path);
    for (guint i = 0; i < records->len; i++)
        newest = get_newer(newest, records->pdata[i]);
    newest = get_newer(newest, undo == NULL ? NULL : undo->snapshot);
    return newest == NULL ? NULL : firn_nvram_place_new(newest->nvram->path);
}
