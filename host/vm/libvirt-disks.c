/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-disks.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "block-device.h"
#include "host-error.h"
#include "image-tool.h"

#define QUERY_MS 10000

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStorageVol, virStorageVolFree)

/* "/machine/peripheral/virtio-disk0/virtio-backend" is virtio-disk0's. */
static char *
dup_alias(const FirnBlockDevice *device)
{
    g_auto(GStrv) parts = g_strsplit(device->qdev == NULL ? "" : device->qdev, "/", 0);

    for (GStrv part = parts; *part != NULL; part++)
        if (g_str_equal(*part, "peripheral") && part[1] != NULL)
            return g_strdup(part[1]);
    return g_strdup(device->qdev);
}

static FirnDisk *
disk_of_device(const FirnDomainXml *xml, const FirnBlockDevice *device)
{
    g_autofree char *alias = dup_alias(device);
    const FirnDomainDisk *known = firn_domain_xml_find_alias(xml, alias);
    FirnDisk *disk =
        firn_disk_new(known != NULL ? known->target : device->node_name, device->driver);

    disk->node_name = g_strdup(device->node_name);
    disk->path = g_strdup(device->path);
    disk->backing_path = g_strdup(device->backing_path);
    disk->size_bytes = device->size_bytes;
    disk->is_writable = device->is_writable;
    disk->has_bitmaps = device->has_bitmaps;
    g_ptr_array_unref(disk->snapshots);
    disk->snapshots = g_ptr_array_ref(device->snapshots);
    return disk;
}

GPtrArray *
firn_libvirt_disks_list_running(const FirnDomainXml *xml,
                                FirnChannel *monitor,
                                GCancellable *cancellable,
                                GError **error)
{
    g_autoptr(GPtrArray) devices = firn_block_devices_query(monitor, QUERY_MS, cancellable, error);
    g_autoptr(GPtrArray) disks = NULL;

    if (devices == NULL)
        return NULL;
    disks = firn_disks_new();
    for (guint i = 0; i < devices->len; i++)
        g_ptr_array_add(disks, disk_of_device(xml, devices->pdata[i]));
    return g_steal_pointer(&disks);
}

static char *
dup_volume_path(const FirnDomainDisk *disk, virConnectPtr connection)
{
    g_autoptr(virStoragePool) pool = virStoragePoolLookupByName(connection, disk->pool);
    g_autoptr(virStorageVol) volume =
        pool == NULL ? NULL : virStorageVolLookupByName(pool, disk->volume);
    char *path = volume == NULL ? NULL : virStorageVolGetPath(volume);
    char *copy = g_strdup(path);

    free(path);
    return copy;
}

static FirnDisk *
inspect(const FirnDomainDisk *known, virConnectPtr connection, GError **error)
{
    /* Without a type QEMU would take it for raw, and so does libvirt. */
    const char *format = known->format == NULL ? "raw" : known->format;
    g_autoptr(FirnDisk) disk = firn_disk_new(known->target, format);

    disk->is_writable = !known->is_readonly;
    disk->path = known->path != NULL ? g_strdup(known->path) : dup_volume_path(known, connection);
    if (disk->path == NULL)
        g_set_error(
            error,
            FIRN_HOST_ERROR,
            FIRN_HOST_ERROR_NOT_SUPPORTED,
            "disk %s: its image is neither a file nor a block device of this host, or its pool"
            " is not active",
            known->target);
    else if (firn_image_tool_inspect(disk, error))
        return g_steal_pointer(&disk);
    else
        g_prefix_error(error, "disk %s: ", known->target);
    return NULL;
}

static gboolean
has_medium(const FirnDomainDisk *disk)
{
    return disk->path != NULL || disk->volume != NULL ||
           (!g_str_equal(disk->device, "cdrom") && !g_str_equal(disk->device, "floppy"));
}

GPtrArray *
firn_libvirt_disks_list_idle(const FirnDomainXml *xml, virConnectPtr connection, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();

    for (guint i = 0; i < xml->disks->len; i++) {
        const FirnDomainDisk *known = xml->disks->pdata[i];
        FirnDisk *disk;

        if (!has_medium(known))
            continue;
        disk = inspect(known, connection, error);
        if (disk == NULL)
            return NULL;
        g_ptr_array_add(disks, disk);
    }
    return g_steal_pointer(&disks);
}
