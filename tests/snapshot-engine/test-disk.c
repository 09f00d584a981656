/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk.h"

#include "block-device.h"

static void
add_tag(FirnDisk *disk, const char *id, const char *tag)
{
    FirnImageSnapshot *snapshot = g_new0(FirnImageSnapshot, 1);

    snapshot->id = g_strdup(id);
    snapshot->tag = g_strdup(tag);
    g_ptr_array_add(disk->snapshots, snapshot);
}

static void
test_new(void)
{
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");

    g_assert_cmpstr(disk->target, ==, "vda");
    g_assert_true(disk->is_writable);
    g_assert_cmpuint(disk->snapshots->len, ==, 0);
}

static void
test_count_ignores_ids(void)
{
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");

    add_tag(disk, "1", "2");
    add_tag(disk, "2", "1");
    add_tag(disk, "3", "1");
    add_tag(disk, "4", NULL);
    g_assert_cmpuint(firn_disk_count_tag(disk, "1"), ==, 2);
    g_assert_cmpuint(firn_disk_count_tag(disk, "2"), ==, 1);
    g_assert_cmpuint(firn_disk_count_tag(disk, "3"), ==, 0);
}

static void
test_copy_is_deep(void)
{
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");
    g_autoptr(FirnDisk) copy = NULL;

    disk->path = g_strdup("/a.qcow2");
    disk->node_name = g_strdup("n0");
    disk->backing_path = g_strdup("/b");
    disk->size_bytes = 7;
    disk->is_transient = TRUE;
    disk->is_unread = TRUE;
    firn_disk_obstruct(disk, "do", "it is %d", 1);
    add_tag(disk, "1", "a.1");
    copy = firn_disk_copy(disk);
    g_clear_pointer(&disk, firn_disk_free);
    g_assert_cmpstr(copy->path, ==, "/a.qcow2");
    g_assert_cmpstr(copy->node_name, ==, "n0");
    g_assert_cmpstr(copy->backing_path, ==, "/b");
    g_assert_cmpuint(copy->size_bytes, ==, 7);
    g_assert_true(copy->is_transient && copy->is_unread);
    g_assert_cmpstr(copy->blocker, ==, "it is 1");
    g_assert_cmpstr(copy->remedy, ==, "do");
    g_assert_cmpuint(firn_disk_count_tag(copy, "a.1"), ==, 1);
}

static void
test_first_obstacle_stays(void)
{
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");

    firn_disk_obstruct(disk, "do this", "first");
    firn_disk_obstruct(disk, "do that", "second");
    g_assert_cmpstr(disk->blocker, ==, "first");
    g_assert_cmpstr(disk->remedy, ==, "do this");
}

static void
test_find(void)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();

    g_ptr_array_add(disks, firn_disk_new("vda", "raw"));
    g_ptr_array_add(disks, firn_disk_new("vdb", "raw"));
    g_assert_true(firn_disks_find(disks, "vdb") == disks->pdata[1]);
    g_assert_null(firn_disks_find(disks, "vd"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/disk/new", test_new);
    g_test_add_func("/snapshot-engine/disk/count-tag/numeric-tags", test_count_ignores_ids);
    g_test_add_func("/snapshot-engine/disk/copy", test_copy_is_deep);
    g_test_add_func("/snapshot-engine/disk/obstruct", test_first_obstacle_stays);
    g_test_add_func("/snapshot-engine/disk/find", test_find);
    return g_test_run();
}
