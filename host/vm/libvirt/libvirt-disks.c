/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-disks.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "block-device.h"
#include "block-disk.h"
#include "disk-table.h"

#define QUERY_MS 10000

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStorageVol, virStorageVolFree)

/* Adds what only the definition says. The medium of a floppy drive is no disk of the VM. */
static void
take_definition(FirnDisk *disk, const FirnDomainDisk *known)
{
    disk->is_writable = disk->is_writable && !known->is_readonly && !known->is_removable;
    disk->is_transient = disk->is_transient || known->is_transient;
    disk->is_left_out = known->is_left_out;
    if (known->network != NULL)
        firn_disk_obstruct(
            disk,
            "snapshot it on its server while the guest is frozen: firn quiesce VM --exec COMMAND",
            "it is a network disk (%s), and firn snapshots only images on this host",
            known->network);
    if (known->is_shareable)
        firn_disk_obstruct(disk,
                           "remove <shareable/> from its definition",
                           "it is shareable: other VMs may write to it");
}

/* "/machine/peripheral/virtio-disk0/virtio-backend" belongs to virtio-disk0. */
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
    FirnDisk *disk = firn_block_disk_new(known != NULL ? known->target : device->node_name, device);

    if (known != NULL)
        take_definition(disk, known);
    firn_block_disk_obstruct(disk, device);
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
        if (!((FirnBlockDevice *)devices->pdata[i])->is_flash)
            g_ptr_array_add(disks, disk_of_device(xml, devices->pdata[i]));
    return g_steal_pointer(&disks);
}

static char *
dup_volume_path(const FirnDomainDisk *known, virConnectPtr connection)
{
    g_autoptr(virStoragePool) pool = virStoragePoolLookupByName(connection, known->pool);
    g_autoptr(virStorageVol) volume =
        pool == NULL ? NULL : virStorageVolLookupByName(pool, known->volume);
    char *path = volume == NULL ? NULL : virStorageVolGetPath(volume);
    char *copy = g_strdup(path);

    free(path);
    return copy;
}

static void
find_volume(FirnDisk *disk, const FirnDomainDisk *known, virConnectPtr connection)
{
    g_autofree char *remedy = NULL;

    disk->path = dup_volume_path(known, connection);
    if (disk->path != NULL)
        return;
    disk->is_unread = TRUE;
    remedy =
        g_strdup_printf("start its pool: virsh pool-start %s (or pool-refresh, if it is active)",
                        known->pool);
    firn_disk_obstruct(disk,
                       remedy,
                       "libvirt cannot find volume %s of pool %s: %s",
                       known->volume,
                       known->pool,
                       virGetLastErrorMessage());
}

static void
read_image(FirnDisk *disk)
{
    g_autoptr(GError) error = NULL;

    if (firn_disk_table_read(disk, &error))
        return;
    disk->is_unread = TRUE;
    firn_disk_obstruct(disk,
                       "put its image back, or make it readable for firnd",
                       "%s",
                       error->message);
}

static FirnDisk *
inspect(const FirnDomainDisk *known, virConnectPtr connection)
{
    /* Without a type, QEMU and libvirt take the image as raw. */
    FirnDisk *disk = firn_disk_new(known->target, known->format == NULL ? "raw" : known->format);

    take_definition(disk, known);
    disk->path = g_strdup(known->path);
    /* The medium of a drive is checked when the domain is started. */
    if (known->is_removable)
        return disk;
    if (disk->path == NULL && known->volume != NULL)
        find_volume(disk, known, connection);
    if (disk->path != NULL)
        read_image(disk);
    /* Of network disks, only qcow2 can have internal snapshots. */
    else if (known->network != NULL)
        disk->is_unread = g_str_equal(disk->format, "qcow2");
    return disk;
}

static gboolean
has_medium(const FirnDomainDisk *known)
{
    return known->path != NULL || known->volume != NULL || known->network != NULL ||
           !known->is_removable;
}

GStrv
firn_libvirt_disks_list_images(const FirnDomainXml *xml)
{
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();

    for (guint i = 0; i < xml->disks->len; i++) {
        const FirnDomainDisk *known = xml->disks->pdata[i];

        if (!known->is_removable && !known->is_readonly)
            g_strv_builder_add(paths, known->path == NULL ? "" : known->path);
    }
    return g_strv_builder_end(paths);
}

GPtrArray *
firn_libvirt_disks_list_idle(const FirnDomainXml *xml, virConnectPtr connection)
{
    GPtrArray *disks = firn_disks_new();

    for (guint i = 0; i < xml->disks->len; i++)
        if (has_medium(xml->disks->pdata[i]))
            g_ptr_array_add(disks, inspect(xml->disks->pdata[i], connection));
    return disks;
}
