/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-disks.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine-error.h"
#include "host-error.h"
#include "vm-rig.h"

static void
set_up(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_vm_rig_set_up(rig);
}

static void
tear_down(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_vm_rig_tear_down(rig);
}

typedef struct {
    const char *name;
    const char *device; /* members of one BlockInfo that name it */
    const char *file;
    const char *target;
} Case;

#define IDE     "\"device\": \"ide0\""
#define QDEV(x) "\"device\": \"\", \"qdev\": \"" x "\""
#define QOM     "/machine/peripheral"
#define BACKEND "/virtio-backend"

static const Case cases[] = {
    {"file-of-machine-file", IDE,                                 "vdb.qcow2",  "vdb"   },
    {"link-to-that-file",    IDE,                                 "link.qcow2", "vdb"   },
    {"drive",                IDE ", \"qdev\": \"/d0\"",           "other",      "ide0"  },
    {"device",               QDEV(QOM "/d0"),                     "other",      "d0"    },
    {"id-of-device",         QDEV("d0"),                          "other",      "d0"    },
    {"backend-of-device",    QDEV(QOM "/d0" BACKEND),             "other",      "d0"    },
    {"nameless-device",      QDEV(QOM "-anon/device[0]" BACKEND), "other",      "node-x"},
    {"node",                 "\"device\": \"\"",                  "other",      "node-x"},
};

static GPtrArray *
list(FirnTestVmRig *rig, const char *device, const char *file)
{
    g_autofree char *reply =
        g_strdup_printf("{\"id\": $id, \"return\": [{%s, \"inserted\": {\"node-name\": "
                        "\"node-x\", \"drv\": \"qcow2\", \"ro\": false, \"file\": \"%s/%s\", "
                        "\"image\": {\"virtual-size\": 5}}}]}\n",
                        device,
                        rig->folder,
                        file);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(rig->vm);
    g_autoptr(GError) error = NULL;
    GPtrArray *disks;

    firn_test_peer_when(rig->monitor_peer,
                        "query-block",
                        1,
                        (FirnTestStep[]){{.text = reply}, {0}});
    disks = firn_direct_disks_list_running(firn_direct_vm_get_file(FIRN_DIRECT_VM(rig->vm)),
                                           monitor,
                                           NULL,
                                           &error);
    g_assert_no_error(error);
    return disks;
}

static void
test_target(FirnTestVmRig *rig, gconstpointer data)
{
    const Case *example = data;
    g_autofree char *file = g_build_filename(rig->folder, "vdb.qcow2", NULL);
    g_autofree char *alias = g_build_filename(rig->folder, "link.qcow2", NULL);
    g_autoptr(GPtrArray) disks = NULL;
    const FirnDisk *disk;

    g_assert_no_errno(symlink(file, alias));
    disks = list(rig, example->device, example->file);
    g_assert_cmpuint(disks->len, ==, 1);
    disk = disks->pdata[0];
    g_assert_cmpstr(disk->target, ==, example->target);
    g_assert_cmpstr(disk->node_name, ==, "node-x");
    g_assert_cmpuint(disk->size_bytes, ==, 5);
    g_assert_true(disk->is_writable);
}

/* A medium is no disk of the VM unless the machine file lists it. */
static void
test_medium(FirnTestVmRig *rig, gconstpointer data)
{
    static const char drive[] = "\"device\": \"floppy0\", \"removable\": true, "
                                "\"qdev\": \"/machine/unattached/device[9]\"";
    g_autoptr(GPtrArray) other = list(rig, drive, "other");
    g_autoptr(GPtrArray) named = NULL;

    g_assert_false(((FirnDisk *)other->pdata[0])->is_writable);
    named = list(rig, drive, "vdb.qcow2");
    g_assert_true(((FirnDisk *)named->pdata[0])->is_writable);
}

/* As QEMU reports it: a filter above the image, a relative path, snapshot=on. */
static GPtrArray *
list_node(FirnTestVmRig *rig, const char *driver, const char *file, const char *more)
{
    g_autofree char *reply =
        g_strdup_printf("{\"id\": $id, \"return\": [{\"device\": \"d0\", \"inserted\": "
                        "{\"node-name\": \"node-x\", \"drv\": \"%s\", \"ro\": false, "
                        "\"file\": \"%s\", %s \"image\": {\"virtual-size\": 5}}}]}\n",
                        driver,
                        file,
                        more);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(rig->vm);

    firn_test_peer_when(rig->monitor_peer,
                        "query-block",
                        1,
                        (FirnTestStep[]){{.text = reply}, {0}});
    return firn_direct_disks_list_running(firn_direct_vm_get_file(FIRN_DIRECT_VM(rig->vm)),
                                          monitor,
                                          NULL,
                                          NULL);
}

#define Q            "\\\""
#define NODE(driver) "{" Q "driver" Q ": " Q driver Q
#define PROTOCOL     NODE("file") ", " Q "filename" Q ": " Q "/a.qcow2" Q "}"
#define IMAGE        NODE("qcow2") ", " Q "file" Q ": " PROTOCOL "}"

static void
test_filter(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks =
        list_node(rig, "throttle", "json:" NODE("throttle") ", " Q "file" Q ": " IMAGE "}", "");
    const FirnDisk *disk = disks->pdata[0];

    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpstr(disk->path, ==, "/a.qcow2");
    g_assert_cmpstr(disk->node_name, ==, "node-x");
    g_assert_null(disk->blocker);
}

static void
test_relative(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = list_node(rig, "qcow2", "img/a.qcow2", "");
    const FirnDisk *disk = disks->pdata[0];

    g_assert_null(disk->path);
    g_assert_nonnull(strstr(disk->blocker, "relative path img/a.qcow2"));
}

static void
test_thrown_away(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) disks =
        list_node(rig, "qcow2", "/var/tmp/vl.gone00", "\"backing_file\": \"/a.qcow2\",");

    g_assert_true(((FirnDisk *)disks->pdata[0])->is_transient);
}

static GPtrArray *
list_idle(FirnTestVmRig *rig, gboolean has_disks_in_file, GError **error)
{
    FirnMachineFile file = *firn_direct_vm_get_file(FIRN_DIRECT_VM(rig->vm));
    g_autoptr(GPtrArray) none = firn_disks_new();

    if (!has_disks_in_file)
        file.disks = none;
    return firn_direct_disks_list_idle(&file, rig->catalogue, error);
}

static void
test_idle_of_machine_file(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = list_idle(rig, TRUE, &error);
    const FirnDisk *disk;

    g_assert_no_error(error);
    g_assert_cmpuint(disks->len, ==, 2);
    disk = disks->pdata[0];
    g_assert_cmpstr(disk->target, ==, "vda");
    g_assert_cmpuint(disk->size_bytes, ==, 1 << 20);
    g_assert_null(disk->node_name);
}

static void
test_idle_remembered(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) known = firn_disks_new();
    FirnDisk *disk = firn_disk_new("sda", "qcow2");
    g_autoptr(GPtrArray) disks = NULL;

    disk->path = g_build_filename(rig->folder, "vda.qcow2", NULL);
    g_ptr_array_add(known, disk);
    firn_catalogue_remember_disks(rig->catalogue, known);
    disks = list_idle(rig, FALSE, NULL);
    g_assert_nonnull(disks);
    g_assert_cmpuint(disks->len, ==, 1);
    disk = disks->pdata[0];
    g_assert_cmpstr(disk->target, ==, "sda");
    g_assert_cmpuint(disk->size_bytes, ==, 1 << 20);
}

static void
test_idle_unknown(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(list_idle(rig, FALSE, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
}

static void
test_idle_image_missing(FirnTestVmRig *rig, gconstpointer data)
{
    g_autofree char *path = g_build_filename(rig->folder, "vdb.qcow2", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_no_errno(g_unlink(path));
    g_assert_null(list_idle(rig, TRUE, &error));
    g_assert_nonnull(error);
    g_assert_cmpuint(error->domain, ==, FIRN_ENGINE_ERROR);
    g_assert_true(g_str_has_prefix(error->message, "disk vdb: "));
}

static void
add(const char *path, gconstpointer data, void (*test)(FirnTestVmRig *, gconstpointer))
{
    g_test_add(path, FirnTestVmRig, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/vm/direct-disks/named-by/", cases[i].name, NULL);

        add(path, &cases[i], test_target);
    }
    add("/vm/direct-disks/a-medium-is-no-disk", NULL, test_medium);
    add("/vm/direct-disks/filter-above-the-image", NULL, test_filter);
    add("/vm/direct-disks/relative-path", NULL, test_relative);
    add("/vm/direct-disks/snapshot-on", NULL, test_thrown_away);
    add("/vm/direct-disks/off/machine-file", NULL, test_idle_of_machine_file);
    add("/vm/direct-disks/off/last-snapshot", NULL, test_idle_remembered);
    add("/vm/direct-disks/off/unknown", NULL, test_idle_unknown);
    add("/vm/direct-disks/off/image-missing", NULL, test_idle_image_missing);
    return g_test_run();
}
