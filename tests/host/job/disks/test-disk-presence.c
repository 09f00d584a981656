/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-presence.h"

#include <stdio.h>

#include "block-device.h"
#include "disk-image.h"
#include "scratch-dir.h"

/* A snapshot of one disk, whose image is in a folder of its own. */
typedef struct {
    FirnTestScratchDir *scratch;
    char *path;
    FirnSnapshot *snapshot;
    GPtrArray *disks; /* those that the VM has now */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *output = NULL;

    fixture->scratch = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "vda.qcow2", NULL);
    output = firn_test_disk_image_run("qemu-img",
                                      "create",
                                      "-q",
                                      "-f",
                                      "qcow2",
                                      fixture->path,
                                      "1M",
                                      NULL);
    fixture->snapshot = firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    firn_snapshot_add_disk(fixture->snapshot, "vda", "qcow2", fixture->path, 1 << 20);
    firn_snapshot_note_file_systems(fixture->snapshot);
    fixture->disks = firn_disks_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_unref(fixture->disks);
    firn_snapshot_unref(fixture->snapshot);
    g_free(fixture->path);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
assert_presence(Fixture *fixture, FirnDiskPresence expected)
{
    g_autoptr(FirnDiskPresenceLook) look = firn_disk_presence_look_new(fixture->disks, NULL, TRUE);

    g_assert_cmpint(firn_disk_presence_look_judge(look, fixture->snapshot), ==, expected);
}

/* A disk of the VM, with @n of the snapshot's tag in its table. */
static void
attach(Fixture *fixture, const char *target, const char *path, guint n)
{
    FirnDisk *disk = firn_disk_new(target, "qcow2");

    disk->path = g_strdup(path);
    for (guint i = 0; i < n; i++) {
        FirnImageSnapshot *entry = g_new0(FirnImageSnapshot, 1);

        entry->id = g_strdup("1");
        entry->tag = g_strdup(fixture->snapshot->tag);
        g_ptr_array_add(disk->snapshots, entry);
    }
    g_ptr_array_add(fixture->disks, disk);
}

static void
test_attached(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "vda", fixture->path, 1);
    assert_presence(fixture, FIRN_DISK_PRESENCE_WHOLE);
}

static void
test_moved_and_renamed(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "sda", "/elsewhere/b.qcow2", 1);
    g_assert_cmpint(remove(fixture->path), ==, 0);
    assert_presence(fixture, FIRN_DISK_PRESENCE_WHOLE);
}

static void
test_twice(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "vda", fixture->path, 2);
    assert_presence(fixture, FIRN_DISK_PRESENCE_DEGRADED);
}

static void
test_lacking(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "vda", fixture->path, 0);
    assert_presence(fixture, FIRN_DISK_PRESENCE_MISSING);
}

static void
pretend_other_file_system(Fixture *fixture)
{
    FirnSnapshotDisk *disk = fixture->snapshot->disks->pdata[0];

    g_free(disk->file_system);
    disk->file_system = g_strdup("0123456789abcdef /srv/unmounted");
}

/* The image of that path is visible only because a file system is not mounted. */
static void
test_covered(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "vda", fixture->path, 0);
    pretend_other_file_system(fixture);
    assert_presence(fixture, FIRN_DISK_PRESENCE_UNREACHABLE);
}

static void
test_detached(Fixture *fixture, gconstpointer data)
{
    g_autofree char *output = firn_test_disk_image_run("qemu-img",
                                                       "snapshot",
                                                       "-c",
                                                       fixture->snapshot->tag,
                                                       fixture->path,
                                                       NULL);

    attach(fixture, "vda", "/elsewhere/new.qcow2", 0);
    assert_presence(fixture, FIRN_DISK_PRESENCE_WHOLE);
}

static void
test_detached_and_gone(Fixture *fixture, gconstpointer data)
{
    attach(fixture, "vda", "/elsewhere/new.qcow2", 0);
    g_assert_cmpint(remove(fixture->path), ==, 0);
    assert_presence(fixture, FIRN_DISK_PRESENCE_MISSING);
    pretend_other_file_system(fixture);
    assert_presence(fixture, FIRN_DISK_PRESENCE_UNREACHABLE);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/presence/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("attached", test_attached);
    TEST("moved-and-renamed", test_moved_and_renamed);
    TEST("twice", test_twice);
    TEST("lacking", test_lacking);
    TEST("covered-by-an-unmounted-file-system", test_covered);
    TEST("detached", test_detached);
    TEST("detached-and-gone", test_detached_and_gone);
    return g_test_run();
}
