/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-start-check.h"

#include <string.h>

#include "disk-image.h"
#include "disk.h"
#include "scratch-dir.h"

/* libvirt's test driver has networks and pools, but no command lines. */
#define URI  "test:///default"
#define UUID "11111111-1111-4222-8333-123456789abc"

typedef struct {
    FirnTestScratchDir *dir;  /* (owned) */
    char *image;              /* (owned) */
    virConnectPtr connection; /* (owned) */
    GPtrArray *disks;         /* (owned) disks that the domain must have */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->image =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "a.qcow2", NULL);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    fixture->image,
                                    "1M",
                                    NULL));
    fixture->connection = virConnectOpen(URI);
    fixture->disks = firn_disks_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virConnectClose(fixture->connection);
    firn_test_scratch_dir_free(fixture->dir);
    g_ptr_array_unref(fixture->disks);
    g_free(fixture->image);
}

static char *
check(Fixture *fixture, const char *devices)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autofree char *text =
        g_strdup_printf("<domain type='test'><name>web 1</name><uuid>" UUID "</uuid><devices>"
                        "<disk type='file' device='disk'><driver type='qcow2'/>"
                        "<source file='%s'/><target dev='vda'/></disk>%s</devices></domain>",
                        fixture->image,
                        devices);

    firn_domain_start_check(fixture->connection, text, TRUE, fixture->disks, blockers);
    return blockers->len == 0 ? g_strdup("") : firn_blockers_to_text(blockers);
}

static void
assert_lacks(Fixture *fixture, const char *devices, const char *message, const char *remedy)
{
    g_autofree char *text = check(fixture, devices);

    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, message));
    g_assert_nonnull(strstr(text, remedy));
}

static void
assert_well(Fixture *fixture, const char *devices)
{
    g_autofree char *text = check(fixture, devices);

    g_assert_cmpstr(text, ==, "");
}

#define CD(more)                                                                                   \
    "<disk type='file' device='cdrom'><source file='/gone/cd.iso' " more "/><target dev='sda'/>"   \
    "<readonly/></disk>"

static void
test_medium(Fixture *fixture, gconstpointer data)
{
    assert_lacks(fixture,
                 CD(""),
                 "drive sda: its medium /gone/cd.iso does not exist",
                 "virsh change-media 'web 1' sda --eject --config");
    /* libvirt starts the domain without the medium. */
    assert_well(fixture, CD("startupPolicy='optional'"));
    assert_well(fixture, "<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>");
}

/* A definition that the domain would get cannot be edited yet. */
static void
test_not_own(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    const FirnBlocker *blocker;

    firn_domain_start_check(fixture->connection,
                            "<domain type='test'><name>web1</name><uuid>" UUID
                            "</uuid><devices>" CD("") "</devices></domain>",
                            FALSE,
                            NULL,
                            blockers);
    g_assert_cmpuint(blockers->len, ==, 1);
    blocker = blockers->pdata[0];
    g_assert_cmpstr(blocker->code, ==, "DependencyMissing");
    g_assert_cmpstr(blocker->remedy, ==, "put it back");
}

static void
test_image(Fixture *fixture, gconstpointer data)
{
    assert_lacks(fixture,
                 "<disk type='file' device='disk'><source file='/gone/b'/><target dev='vdb'/>"
                 "</disk>",
                 "disk vdb: its image /gone/b does not exist",
                 "virsh detach-disk 'web 1' vdb --config");
}

static void
test_backing_file(Fixture *fixture, gconstpointer data)
{
    g_free(firn_test_disk_image_run("qemu-img",
                                    "rebase",
                                    "-u",
                                    "-b",
                                    "/gone/base",
                                    "-F",
                                    "qcow2",
                                    fixture->image,
                                    NULL));
    assert_lacks(fixture, "", "disk vda: ", "/gone/base");
}

static void
test_host(Fixture *fixture, gconstpointer data)
{
    assert_lacks(fixture,
                 "<interface type='network'><source network='lan'/></interface>",
                 "network: lan does not exist",
                 "define it again, or correct the definition: virsh edit 'web 1'");
    assert_lacks(fixture,
                 "<interface type='bridge'><source bridge='br-gone'/></interface>",
                 "bridge: br-gone does not exist",
                 "virsh edit 'web 1'");
    assert_lacks(fixture,
                 "<hostdev type='pci'><source><address domain='0x0000' bus='0xfe' slot='0x1f' "
                 "function='0x7'/></source></hostdev>",
                 "PCI device: 0000:fe:1f.7 does not exist",
                 "virsh edit");
    assert_lacks(fixture,
                 "<filesystem><source dir='/gone/share'/><target dir='x'/></filesystem>",
                 "shared folder: /gone/share does not exist",
                 "put it back");
    assert_lacks(fixture,
                 "<disk type='volume' device='disk'><source pool='gone' volume='v'/>"
                 "<target dev='vdb'/></disk>",
                 "storage pool: gone does not exist",
                 "define it again, or correct the definition: virsh edit 'web 1'");
}

/* libvirt's test driver has a network and a pool that are active. */
static void
test_stopped(Fixture *fixture, gconstpointer data)
{
    const char *interface = "<interface type='network'><source network='default'/></interface>";
    const char *disk = "<disk type='volume' device='disk'><source pool='default-pool' volume='v'/>"
                       "<target dev='vdb'/></disk>";
    virNetworkPtr network = virNetworkLookupByName(fixture->connection, "default");
    virStoragePoolPtr pool = virStoragePoolLookupByName(fixture->connection, "default-pool");

    assert_well(fixture, interface);
    g_assert_cmpint(virNetworkDestroy(network), ==, 0);
    g_assert_cmpint(virStoragePoolDestroy(pool), ==, 0);
    assert_lacks(fixture, interface, "network: default is not active", "virsh net-start 'default'");
    assert_lacks(fixture,
                 disk,
                 "storage pool: default-pool is not active",
                 "virsh pool-start 'default-pool'");
    virNetworkFree(network);
    virStoragePoolFree(pool);
}

/* A disk that was attached to the running domain only. */
static void
test_wanted(Fixture *fixture, gconstpointer data)
{
    FirnDisk *disk = firn_disk_new("vda", "qcow2");

    disk->path = g_strdup(fixture->image);
    g_ptr_array_add(fixture->disks, disk);
    assert_well(fixture, "");
    disk = firn_disk_new("vdc", "qcow2");
    disk->path = g_strdup("/srv/my c.qcow2");
    g_ptr_array_add(fixture->disks, disk);
    assert_lacks(fixture,
                 "",
                 "disk vdc: it is not in the persistent definition",
                 "virsh attach-disk 'web 1' '/srv/my c.qcow2' vdc --subdriver qcow2 --config");
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    firn_domain_start_check(fixture->connection, "<domain", TRUE, NULL, blockers);
    g_assert_cmpuint(blockers->len, ==, 1);
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/domain-start-check/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("medium-that-is-gone", test_medium);
    ADD("definition-that-is-not-its-own", test_not_own);
    ADD("image-that-is-gone", test_image);
    ADD("backing-file-that-is-gone", test_backing_file);
    ADD("what-it-takes-from-the-host", test_host);
    ADD("what-can-be-started", test_stopped);
    ADD("disk-that-it-would-not-have", test_wanted);
    ADD("unreadable", test_unreadable);
    return g_test_run();
}
