/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "listed-snapshot.h"

#include <string.h>

#include "host-error.h"

/* As libvirt 9.0 describes them, without what firn does not read. */
#define RUNNING                                                                                    \
    "<domainsnapshot><name>ram &amp; disks</name><description>two\nlines</description>"            \
    "<state>running</state><parent><name>off</name></parent>"                                      \
    "<creationTime>1795768594</creationTime><memory snapshot='internal'/><disks>"                  \
    "<disk name='vda' snapshot='internal'/><disk name='vdb' snapshot='no'/></disks>"               \
    "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' id='3'>"          \
    "<name>web1</name><qemu:commandline><qemu:arg value='-S'/></qemu:commandline></domain>"        \
    "<inactiveDomain type='qemu'><name>web1</name></inactiveDomain></domainsnapshot>"
#define OFF                                                                                        \
    "<domainsnapshot><name>off</name><state>shutoff</state><memory snapshot='no'/>"                \
    "<domain type='qemu'><name>web1</name></domain></domainsnapshot>"
#define EXTERNAL                                                                                   \
    "<domainsnapshot><name>ext</name><state>disk-snapshot</state><memory snapshot='no'/><disks>"   \
    "<disk name='vda' snapshot='external' type='file'><source file='/srv/vda.ext'/></disk>"        \
    "</disks></domainsnapshot>"
#define SAVED                                                                                      \
    "<domainsnapshot><name>saved</name><state>running</state>"                                     \
    "<memory snapshot='external' file='/srv/ram'/></domainsnapshot>"
#define ENTITY                                                                                     \
    "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"                                     \
    "<domainsnapshot><name>a&e;</name></domainsnapshot>"

static FirnListedSnapshot *
parse(const char *xml)
{
    g_autoptr(GError) error = NULL;
    FirnListedSnapshot *snapshot = firn_listed_snapshot_parse(xml, &error);

    g_assert_no_error(error);
    return snapshot;
}

static void
test_running(void)
{
    g_autoptr(FirnListedSnapshot) snapshot = parse(RUNNING);
    const FirnListedDisk *second = snapshot->disks->pdata[1];

    g_assert_cmpstr(snapshot->name, ==, "ram & disks");
    g_assert_cmpstr(snapshot->parent, ==, "off");
    g_assert_cmpstr(snapshot->description, ==, "two\nlines");
    g_assert_cmpstr(snapshot->state, ==, "running");
    g_assert_cmpint(snapshot->created_s, ==, 1795768594);
    g_assert_true(snapshot->has_memory);
    g_assert_false(snapshot->is_external);
    g_assert_cmpuint(snapshot->disks->len, ==, 2);
    g_assert_cmpstr(second->target, ==, "vdb");
    g_assert_cmpstr(second->how, ==, "no");
    g_assert_nonnull(strstr(snapshot->live_definition, "<domain "));
    g_assert_nonnull(strstr(snapshot->live_definition, "<qemu:arg value=\"-S\"/>"));
    g_assert_nonnull(strstr(snapshot->definition, "<domain type=\"qemu\">"));
    g_assert_null(strstr(snapshot->definition, "-S"));
}

static void
test_off(void)
{
    g_autoptr(FirnListedSnapshot) snapshot = parse(OFF);

    g_assert_null(snapshot->parent);
    g_assert_cmpstr(snapshot->description, ==, "");
    g_assert_false(snapshot->has_memory);
    g_assert_nonnull(strstr(snapshot->definition, "web1"));
    g_assert_null(snapshot->live_definition);
}

static void
test_external(void)
{
    g_autoptr(FirnListedSnapshot) overlay = parse(EXTERNAL);
    g_autoptr(FirnListedSnapshot) saved = parse(SAVED);
    const FirnListedDisk *disk = overlay->disks->pdata[0];

    g_assert_true(overlay->is_external);
    g_assert_false(overlay->has_memory);
    g_assert_cmpstr(disk->overlay, ==, "/srv/vda.ext");
    g_assert_true(saved->is_external);
    g_assert_true(saved->has_memory);
    g_assert_null(saved->definition);
}

/* A disk without a name cannot be matched. */
static void
test_nameless_disk(void)
{
    g_autoptr(FirnListedSnapshot) snapshot = parse(
        "<domainsnapshot><name>s</name><disks><disk name=''/><disk/><disk name='vda'/></disks>"
        "</domainsnapshot>");

    g_assert_cmpuint(snapshot->disks->len, ==, 1);
}

static void
test_refused(void)
{
    static const char *const texts[] = {"", "<domain/>", "<domainsnapshot/>", "<domainsnapshot>"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(firn_listed_snapshot_parse(texts[i], &error));
        g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    }
}

/* An entity must not copy the content of a host file into a name. */
static void
test_entity(void)
{
    g_autoptr(FirnListedSnapshot) snapshot = firn_listed_snapshot_parse(ENTITY, NULL);

    if (snapshot != NULL)
        g_assert_cmpstr(snapshot->name, ==, "a");
}

static void
test_overlay(void)
{
    g_autoptr(FirnListedSnapshot) running = parse(RUNNING);
    g_autoptr(FirnListedSnapshot) off = parse(OFF);
    g_autoptr(GPtrArray) disks = firn_disks_new();
    FirnDisk *vda = firn_disk_new("vda", "qcow2");
    FirnDisk *vdb = firn_disk_new("vdb", "qcow2");

    g_ptr_array_add(disks, vda);
    g_ptr_array_add(disks, vdb);
    g_assert_null(firn_listed_snapshot_find_overlay(running, disks));
    vdb->backing_path = g_strdup("/srv/b");
    g_assert_null(firn_listed_snapshot_find_overlay(running, disks));
    g_assert_true(firn_listed_snapshot_find_overlay(off, disks) == vdb);
    vda->backing_path = g_strdup("/srv/a");
    g_assert_true(firn_listed_snapshot_find_overlay(running, disks) == vda);
}

static void
test_find(void)
{
    g_autoptr(GPtrArray) list = firn_listed_snapshots_new();

    g_ptr_array_add(list, parse(OFF));
    g_ptr_array_add(list, parse(EXTERNAL));
    g_assert_true(firn_listed_snapshots_find(list, "ext") == list->pdata[1]);
    g_assert_null(firn_listed_snapshots_find(list, "Off"));
    g_assert_null(firn_listed_snapshots_find(list, NULL));
    g_assert_null(firn_listed_snapshots_find(NULL, "off"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/listed-snapshot/running", test_running);
    g_test_add_func("/vm/listed-snapshot/off", test_off);
    g_test_add_func("/vm/listed-snapshot/external", test_external);
    g_test_add_func("/vm/listed-snapshot/nameless-disk", test_nameless_disk);
    g_test_add_func("/vm/listed-snapshot/refused", test_refused);
    g_test_add_func("/vm/listed-snapshot/entity", test_entity);
    g_test_add_func("/vm/listed-snapshot/overlay", test_overlay);
    g_test_add_func("/vm/listed-snapshot/find", test_find);
    return g_test_run();
}
