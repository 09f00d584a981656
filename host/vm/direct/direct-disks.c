/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-disks.h"

#include <string.h>

#include "block-device.h"
#include "block-disk.h"
#include "disk-table.h"
#include "host-error.h"
#include "same-file.h"

#define QUERY_MS 10000

/* "/machine/peripheral/disk0/virtio-backend" belongs to disk0; a device without an id has
 * "device[3]". */
static char *
dup_device_name(const FirnBlockDevice *device)
{
    g_autofree char *path = g_strdup(device->qdev == NULL ? "" : device->qdev);
    char *slash;

    if (g_str_has_suffix(path, "/virtio-backend"))
        *strrchr(path, '/') = '\0';
    slash = strrchr(path, '/');
    slash = slash == NULL ? path : slash + 1;
    return g_strdup(*slash == '\0' || strchr(slash, '[') != NULL ? device->node_name : slash);
}

/* The disk of the machine file with this image; NULL if there is none. */
static const FirnDisk *
find_named(const FirnMachineFile *file, const FirnBlockDevice *device)
{
    for (guint i = 0; i < file->disks->len; i++) {
        const FirnDisk *disk = file->disks->pdata[i];

        if (firn_same_file(disk->path, device->path))
            return disk;
    }
    return NULL;
}

static char *
dup_target(const FirnDisk *named, const FirnBlockDevice *device)
{
    if (named != NULL)
        return g_strdup(named->target);
    return device->device != NULL && device->device[0] != '\0' ? g_strdup(device->device)
                                                               : dup_device_name(device);
}

static FirnDisk *
disk_of_device(const FirnMachineFile *file, const FirnBlockDevice *device)
{
    const FirnDisk *named = find_named(file, device);
    g_autofree char *target = dup_target(named, device);
    FirnDisk *disk = firn_block_disk_new(target, device);

    firn_block_disk_obstruct(disk, device);
    /* A medium in a removable drive is a disk of the VM only if the machine file lists it. */
    disk->is_writable = device->is_writable && (named != NULL || !device->is_removable);
    return disk;
}

GPtrArray *
firn_direct_disks_list_running(const FirnMachineFile *file,
                               FirnChannel *monitor,
                               GCancellable *cancellable,
                               GError **error)
{
    g_autoptr(GPtrArray) devices = firn_block_devices_query(monitor, QUERY_MS, cancellable, error);
    g_autoptr(GPtrArray) disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);

    if (devices == NULL)
        return NULL;
    for (guint i = 0; i < devices->len; i++)
        if (!((FirnBlockDevice *)devices->pdata[i])->is_flash)
            g_ptr_array_add(disks, disk_of_device(file, devices->pdata[i]));
    return g_steal_pointer(&disks);
}

static GPtrArray *
named_disks(const FirnMachineFile *file)
{
    GPtrArray *disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);

    for (guint i = 0; i < file->disks->len; i++) {
        const FirnDisk *named = file->disks->pdata[i];
        FirnDisk *disk = firn_disk_new(named->target, named->format);

        disk->path = g_strdup(named->path);
        g_ptr_array_add(disks, disk);
    }
    return disks;
}

static GPtrArray *
known_disks(const FirnMachineFile *file, FirnCatalogue *catalogue)
{
    return file->disks->len > 0 ? named_disks(file) : firn_catalogue_list_disks(catalogue);
}

GStrv
firn_direct_disks_list_images(const FirnMachineFile *file, FirnCatalogue *catalogue)
{
    g_autoptr(GPtrArray) disks = known_disks(file, catalogue);
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();

    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        g_strv_builder_add(paths, disk->path == NULL ? "" : disk->path);
    }
    return g_strv_builder_end(paths);
}

GPtrArray *
firn_direct_disks_list_idle(const FirnMachineFile *file, FirnCatalogue *catalogue, GError **error)
{
    g_autoptr(GPtrArray) disks = known_disks(file, catalogue);

    if (disks->len == 0) {
        firn_host_error_set(
            error,
            FIRN_HOST_ERROR_NOT_SUPPORTED,
            "its disks are unknown while it is off: list them under [disks] in its machine "
            "file, or create the first snapshot while it runs");
        return NULL;
    }
    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        disk->is_remembered = file->disks->len == 0;
        if (!firn_disk_table_read(disk, error)) {
            g_prefix_error(error, "disk %s: ", disk->target);
            return NULL;
        }
    }
    return g_steal_pointer(&disks);
}
