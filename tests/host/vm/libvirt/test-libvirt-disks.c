/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-disks.h"

#include <string.h>

#include "block-device.h"
#include "disk-image.h"
#include "scratch-dir.h"

/* Pools and volumes of libvirt's test driver, with real images. */
#define URI  "test:///default"
#define UUID "11111111-1111-4222-8333-123456789abc"

typedef struct {
    FirnTestScratchDir *dir;  /* (owned) */
    const char *folder;       /* (unowned) */
    virConnectPtr connection; /* (owned) */
    virStoragePoolPtr pool;   /* (owned) */
} Fixture;

static void
make_image(Fixture *fixture, const char *name)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", path, "1M", NULL));
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", "t1", path, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *pool = NULL;
    virStorageVolPtr volume;

    fixture->dir = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->dir);
    make_image(fixture, "a.qcow2");
    make_image(fixture, "v.qcow2");
    pool = g_strdup_printf("<pool type='dir'><name>images</name><target><path>%s</path></target>"
                           "</pool>",
                           fixture->folder);
    fixture->connection = virConnectOpen(URI);
    fixture->pool = virStoragePoolDefineXML(fixture->connection, pool, 0);
    g_assert_nonnull(fixture->pool);
    g_assert_cmpint(virStoragePoolCreate(fixture->pool, 0), ==, 0);
    volume = virStorageVolCreateXML(fixture->pool,
                                    "<volume><name>v.qcow2</name><capacity>1048576</capacity>"
                                    "</volume>",
                                    0);
    g_assert_nonnull(volume);
    virStorageVolFree(volume);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virStoragePoolDestroy(fixture->pool);
    virStoragePoolUndefine(fixture->pool);
    virStoragePoolFree(fixture->pool);
    virConnectClose(fixture->connection);
    firn_test_scratch_dir_free(fixture->dir);
}

/* The XML of a domain with these disks; FOLDER stands for the folder of the images. */
static FirnDomainXml *
define(Fixture *fixture, const char *disks)
{
    g_auto(GStrv) parts = g_strsplit(disks, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(fixture->folder, parts);
    g_autofree char *text =
        g_strconcat("<domain type='test'><name>a</name><uuid>" UUID "</uuid><devices>",
                    placed,
                    "</devices></domain>",
                    NULL);
    FirnDomainXml *xml = firn_domain_xml_parse(text, NULL);

    g_assert_nonnull(xml);
    return xml;
}

/* The disk of a domain with only this one. */
static FirnDisk *
list(Fixture *fixture, const char *disk)
{
    g_autoptr(FirnDomainXml) xml = define(fixture, disk);
    g_autoptr(GPtrArray) disks = firn_libvirt_disks_list_idle(xml, fixture->connection);

    g_assert_cmpuint(disks->len, <=, 1);
    return disks->len == 0 ? NULL : g_steal_pointer(&disks->pdata[0]);
}

#define FILE_DISK(more)                                                                            \
    "<disk type='file' device='disk'><driver type='qcow2'/>"                                       \
    "<source file='FOLDER/a.qcow2'/><target dev='vda'/>" more "</disk>"

static void
test_file(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk = list(fixture, FILE_DISK(""));

    g_assert_true(g_str_has_suffix(disk->path, "/a.qcow2"));
    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpuint(disk->size_bytes, ==, 1024 * 1024);
    g_assert_cmpuint(firn_disk_count_tag(disk, "t1"), ==, 1);
    g_assert_true(disk->is_writable);
    g_assert_false(disk->is_unread || disk->is_transient);
    g_assert_null(disk->blocker);
}

static void
test_flags(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) readonly = list(fixture, FILE_DISK("<readonly/>"));
    g_autoptr(FirnDisk) transient = list(fixture, FILE_DISK("<transient/>"));
    g_autoptr(FirnDisk) shared = list(fixture, FILE_DISK("<shareable/>"));

    g_assert_false(readonly->is_writable);
    g_assert_true(transient->is_writable && transient->is_transient);
    g_assert_null(transient->blocker);
    g_assert_nonnull(strstr(shared->blocker, "other VMs may write to it"));
    g_assert_nonnull(strstr(shared->remedy, "<shareable/>"));
    g_assert_false(shared->is_unread);
    g_assert_cmpuint(firn_disk_count_tag(shared, "t1"), ==, 1);
}

static void
test_left_out(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk =
        list(fixture,
             "<disk type='file' device='disk' snapshot='no'><driver type='qcow2'/>"
             "<source file='FOLDER/a.qcow2'/><target dev='vda'/></disk>");

    g_assert_true(disk->is_left_out && disk->is_writable);
    g_assert_null(disk->blocker);
}

#define VOLUME_DISK                                                                                \
    "<disk type='volume' device='disk'><driver type='qcow2'/>"                                     \
    "<source pool='images' volume='v.qcow2'/><target dev='vda'/></disk>"

static void
test_volume(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk = list(fixture, VOLUME_DISK);

    g_assert_true(g_str_has_suffix(disk->path, "/v.qcow2"));
    g_assert_cmpuint(firn_disk_count_tag(disk, "t1"), ==, 1);
    g_assert_null(disk->blocker);
}

/* The path of the volume is unknown then, and so is its snapshot table. */
static void
test_inactive_pool(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk = NULL;

    g_assert_cmpint(virStoragePoolDestroy(fixture->pool), ==, 0);
    disk = list(fixture, VOLUME_DISK);
    g_assert_null(disk->path);
    g_assert_true(disk->is_unread);
    g_assert_nonnull(strstr(disk->blocker, "volume v.qcow2 of pool images"));
    g_assert_nonnull(strstr(disk->remedy, "virsh pool-start images"));
}

static void
test_missing_image(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk =
        list(fixture,
             "<disk type='file'><driver type='qcow2'/><source file='FOLDER/gone.qcow2'/>"
             "<target dev='vda'/></disk>");

    g_assert_true(disk->is_unread);
    g_assert_nonnull(strstr(disk->blocker, "gone.qcow2"));
}

#define NETWORK_DISK(format)                                                                       \
    "<disk type='network'><driver type='" format "'/>"                                             \
    "<source protocol='rbd' name='vms/web1'/><target dev='vda'/></disk>"

/* A raw image has no snapshot table. */
static void
test_network(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) raw = list(fixture, NETWORK_DISK("raw"));
    g_autoptr(FirnDisk) qcow2 = list(fixture, NETWORK_DISK("qcow2"));

    g_assert_nonnull(strstr(raw->blocker, "network disk (rbd vms/web1)"));
    g_assert_nonnull(strstr(raw->remedy, "firn quiesce VM --exec"));
    g_assert_false(raw->is_unread);
    g_assert_true(qcow2->is_unread);
}

static void
test_removable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) empty =
        list(fixture, "<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>");
    g_autoptr(FirnDisk) floppy = list(fixture,
                                      "<disk type='file' device='floppy'><driver type='qcow2'/>"
                                      "<source file='FOLDER/a.qcow2'/><target dev='fda'/></disk>");

    g_assert_null(empty);
    g_assert_false(floppy->is_writable);
}

/* Only the start of the domain needs it. */
static void
test_medium_gone(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDisk) disk =
        list(fixture,
             "<disk type='file' device='cdrom'><driver type='raw'/>"
             "<source file='FOLDER/gone.iso'/><target dev='sda'/><readonly/></disk>");

    g_assert_false(disk->is_unread || disk->is_writable);
    g_assert_null(disk->blocker);
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/libvirt-disks/idle/" name, Fixture, NULL, set_up, function, tear_down)

static const char mixed[] =
    "<disk type='file'><source file='FOLDER/a.qcow2'/><target dev='vda'/></disk>"
    "<disk type='volume'><source pool='images' volume='v.qcow2'/><target dev='vdb'/></disk>"
    "<disk type='network'><source protocol='nbd'/><target dev='vdc'/></disk>"
    "<disk type='file'><source file='FOLDER/r.qcow2'/><target dev='vdd'/><readonly/></disk>"
    "<disk type='file' device='cdrom'><source file='FOLDER/cd.iso'/><target dev='hdc'/></disk>";

/* An unknown path is not the same as no disk. */
static void
test_images(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDomainXml) xml = define(fixture, mixed);
    g_auto(GStrv) paths = firn_libvirt_disks_list_images(xml);
    g_autofree char *image = g_build_filename(fixture->folder, "a.qcow2", NULL);

    g_assert_cmpuint(g_strv_length(paths), ==, 3);
    g_assert_cmpstr(paths[0], ==, image);
    g_assert_cmpstr(paths[1], ==, "");
    g_assert_cmpstr(paths[2], ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("file", test_file);
    ADD("readonly-transient-shareable", test_flags);
    ADD("snapshot-no", test_left_out);
    ADD("volume", test_volume);
    ADD("volume-of-an-inactive-pool", test_inactive_pool);
    ADD("missing-image", test_missing_image);
    ADD("network", test_network);
    ADD("drives-that-can-be-opened", test_removable);
    ADD("a-medium-that-is-gone-is-not-missed", test_medium_gone);
    g_test_add("/vm/libvirt-disks/images", Fixture, NULL, set_up, test_images, tear_down);
    return g_test_run();
}
