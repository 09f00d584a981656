/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-nvram.h"

#include <string.h>

#include "catalogue-change.h"
#include "vm-rig.h"

#define FLASH(number, file, is_read_only)                                                          \
    "{\"device\": \"\", \"qdev\": \"/machine/system.flash" number "\", \"inserted\": "             \
    "{\"node-name\": \"f" number "\", \"drv\": \"raw\", \"ro\": " is_read_only                     \
    ", \"file\": \"" file "\", \"image\": {\"virtual-size\": 5}}}"
#define DISK                                                                                       \
    "{\"device\": \"vda\", \"qdev\": \"/machine/peripheral/vda/virtio-backend\", \"inserted\": "   \
    "{\"node-name\": \"n\", \"drv\": \"raw\", \"ro\": false, \"file\": \"/vda\", \"image\": "      \
    "{\"virtual-size\": 5}}}"

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

static FirnNvramLocation *
find(FirnTestVmRig *rig, const char *devices)
{
    g_autofree char *reply = g_strdup_printf("{\"id\": $id, \"return\": [%s]}\n", devices);
    FirnNvramLocation *place = NULL;
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(rig->monitor_peer,
                        "query-block",
                        1,
                        (FirnTestStep[]){{.text = reply}, {0}});
    g_assert_true(firn_nvram_location_find(rig->vm, &place, &error));
    g_assert_no_error(error);
    return place;
}

static void
test_running(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(FirnNvramLocation) place =
        find(rig, DISK "," FLASH("0", "/code.fd", "true") "," FLASH("1", "/vars.fd", "false"));

    g_assert_cmpstr(place->path, ==, "/vars.fd");
    g_assert_null(place->blocker);
}

static void
test_none(FirnTestVmRig *rig, gconstpointer data)
{
    g_assert_null(find(rig, DISK "," FLASH("0", "/code.fd", "true")));
    g_assert_null(find(rig, DISK));
}

static FirnNvramLocation *
find_beside(FirnTestVmRig *rig, const char *folder, const char *type)
{
    g_autofree char *match = g_strdup_printf("\"%s\"", folder);
    g_autofree char *reply = g_strdup_printf(
        "{\"id\": $id, \"return\": [{\"name\": \"type\", \"type\": \"string\"}, {\"name\": \"v\", "
        "\"type\": \"child<%s>\"}]}\n",
        type);

    firn_test_peer_when(rig->monitor_peer, match, 1, (FirnTestStep[]){{.text = reply}, {0}});
    return find(rig, DISK);
}

static FirnNvramLocation *
find_varstore(FirnTestVmRig *rig, const char *folder, const char *type, const char *path)
{
    g_autofree char *reply = g_strdup_printf("{\"id\": $id, \"return\": \"%s\"}\n", path);

    firn_test_peer_when(rig->monitor_peer, "qom-get", 1, (FirnTestStep[]){{.text = reply}, {0}});
    return find_beside(rig, folder, type);
}

static void
test_varstore(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(FirnNvramLocation) named =
        find_varstore(rig, "/machine/peripheral", "uefi-vars-x64", "/vars.json");
    g_autoptr(FirnNvramLocation) nameless =
        find_varstore(rig, "/machine/peripheral-anon", "uefi-vars-sysbus", "/other.json");

    g_assert_cmpstr(named->path, ==, "/vars.json");
    g_assert_cmpstr(nameless->path, ==, "/other.json");
    g_assert_null(find_beside(rig, "/machine/peripheral", "virtio-blk-pci"));
}

/* Without a file the variables are lost with QEMU, and that is reported. */
static void
test_varstore_without_file(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(FirnNvramLocation) place =
        find_varstore(rig, "/machine/peripheral", "uefi-vars-x64", "");

    g_assert_null(place->path);
    g_assert_nonnull(strstr(place->blocker, "give it one with jsonfile="));
}

/* An error of the query does not mean that there are none. */
static void
test_varstore_unknown(FirnTestVmRig *rig, gconstpointer data)
{
    FirnNvramLocation *place = NULL;
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(rig->monitor_peer, "qom-list", 1, "no");
    g_assert_false(firn_nvram_location_find(rig->vm, &place, &error));
    g_assert_nonnull(error);
}

/* It is unknown which of two pflash drives is meant, or where the file of a relative path is. */
static void
test_obstructed(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(FirnNvramLocation) two =
        find(rig, FLASH("0", "/code.fd", "false") "," FLASH("1", "/vars.fd", "false"));
    g_autoptr(FirnNvramLocation) relative = find(rig, FLASH("1", "vars.fd", "false"));

    g_assert_null(two->path);
    g_assert_nonnull(strstr(two->blocker, "readonly=on"));
    g_assert_null(relative->path);
    g_assert_nonnull(relative->blocker);
}

static void
add_record(FirnTestVmRig *rig, const char *name, const char *path, gint64 created_us)
{
    FirnSnapshot *record = firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(GError) error = NULL;

    record->created_us = created_us;
    record->nvram = path == NULL ? NULL : firn_nvram_record_new(path);
    firn_snapshot_add_disk(record, "vda", "qcow2", "/vda", 5);
    FIRN_TEST_CHANGE(rig->catalogue, &error, add, record);
    g_assert_no_error(error);
    firn_snapshot_unref(record);
}

static void
test_varstore_idle(FirnTestVmRig *rig, gconstpointer data)
{
    FirnMachineFile file = *firn_direct_vm_get_file(FIRN_DIRECT_VM(rig->vm));
    g_autoptr(FirnNvramLocation) place = NULL;
    char launch[] = "qemu-system-x86_64 -device uefi-vars-x64,jsonfile=/vars.json";

    file.nvram_path = NULL;
    file.launch = launch;
    place = firn_direct_nvram_find_idle(&file, rig->catalogue);
    g_assert_cmpstr(place->path, ==, "/vars.json");
}

static void
assert_idle(FirnTestVmRig *rig, char *named, const char *expected)
{
    FirnMachineFile file = *firn_direct_vm_get_file(FIRN_DIRECT_VM(rig->vm));
    g_autoptr(FirnNvramLocation) place = NULL;

    file.nvram_path = named;
    place = firn_direct_nvram_find_idle(&file, rig->catalogue);
    g_assert_cmpstr(place == NULL ? NULL : place->path, ==, expected);
}

static void
test_idle(FirnTestVmRig *rig, gconstpointer data)
{
    char named[] = "/named.fd";

    assert_idle(rig, NULL, NULL);
    add_record(rig, "a", "/a.fd", 2);
    add_record(rig, "b", "/b.fd", 1);
    add_record(rig, "c", NULL, 3);
    assert_idle(rig, NULL, "/a.fd");
    assert_idle(rig, named, "/named.fd");
}

#define TEST(topic, function)                                                                      \
    g_test_add("/host/direct-nvram/" topic, FirnTestVmRig, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("varstore", test_varstore);
    TEST("varstore/without-file", test_varstore_without_file);
    TEST("varstore/not-told", test_varstore_unknown);
    TEST("varstore/off", test_varstore_idle);
    TEST("running", test_running);
    TEST("none", test_none);
    TEST("obstructed", test_obstructed);
    TEST("idle", test_idle);
    return g_test_run();
}
