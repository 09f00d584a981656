/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-disk.h"

#include "printable.h"

#define NAME_MAX_CHARACTERS 200

/* Source: QEMU 7.2, create_tmp_file() */
static gboolean
is_thrown_away(const FirnBlockDevice *device)
{
    g_autofree char *name = device->path == NULL ? NULL : g_path_get_basename(device->path);

    return device->backing_path != NULL && name != NULL && g_str_has_prefix(name, "vl.") &&
           !g_file_test(device->path, G_FILE_TEST_EXISTS);
}

void
firn_block_disk_obstruct(FirnDisk *disk, const FirnBlockDevice *device)
{
    g_autofree char *name = firn_printable_clip(device->other, NAME_MAX_CHARACTERS);

    if (device->path != NULL)
        return;
    if (device->is_relative)
        firn_disk_obstruct(
            disk,
            "start QEMU with its absolute path",
            "QEMU was given the image as relative path %s, and its working directory is unknown",
            name);
    else
        firn_disk_obstruct(
            disk,
            "give it an image file on this host",
            "QEMU's image for it is neither a file nor a block device of this host: %s",
            name);
}

FirnDisk *
firn_block_disk_new(const char *target, const FirnBlockDevice *device)
{
    FirnDisk *disk = firn_disk_new(target, device->driver);

    disk->node_name = g_strdup(device->node_name);
    disk->device = g_strdup(device->qdev);
    disk->path = g_strdup(device->path);
    disk->backing_path = g_strdup(device->backing_path);
    disk->size_bytes = device->size_bytes;
    disk->is_writable = device->is_writable;
    disk->is_transient = is_thrown_away(device);
    disk->bitmaps = g_strdupv(device->bitmaps);
    g_ptr_array_unref(disk->snapshots);
    disk->snapshots = g_ptr_array_ref(device->snapshots);
    return disk;
}
