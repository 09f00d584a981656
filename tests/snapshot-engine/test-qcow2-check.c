/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qcow2-check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block-device.h"
#include "disk-image.h"
#include "fake-monitor.h"
#include "job-rig.h"
#include "scratch-dir.h"
#include "small-disk.h"

#define TAG "before.0123abcd"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    const char *folder;          /* (unowned) */
    GPtrArray *disks;            /* (owned) (element-type FirnDisk) */
    GPtrArray *blockers;         /* (owned) (element-type FirnBlocker) */
    FirnChannel *monitor;        /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->scratch);
    fixture->disks = firn_disks_new();
    fixture->blockers = firn_blockers_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_unref(fixture->disks);
    g_ptr_array_unref(fixture->blockers);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

static FirnDisk *
add_disk(Fixture *fixture, const char *target, const char *format, const char *folder)
{
    FirnDisk *disk = firn_disk_new(target, format);

    disk->path = g_strdup_printf("%s/%s.%s", folder, target, format);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    format,
                                    disk->path,
                                    "64M",
                                    NULL));
    g_ptr_array_add(fixture->disks, disk);
    return disk;
}

static FirnDisk *
add_qcow2(Fixture *fixture, const char *target)
{
    return add_disk(fixture, target, "qcow2", fixture->folder);
}

static void
check(Fixture *fixture)
{
    FirnCut cut = {fixture->monitor, fixture->disks, TAG, 1000};

    g_ptr_array_set_size(fixture->blockers, 0);
    firn_qcow2_check(&cut, fixture->blockers);
}

/* "CODE of SUBJECT" for each, joined by commas. */
static void
assert_blocked(Fixture *fixture, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    check(fixture);
    for (guint i = 0; i < fixture->blockers->len; i++) {
        const FirnBlocker *blocker = fixture->blockers->pdata[i];

        g_string_append_printf(text,
                               "%s%s of %s",
                               i == 0 ? "" : ", ",
                               blocker->code,
                               blocker->subject);
        g_test_message("%s: %s; %s", blocker->subject, blocker->message, blocker->remedy);
        g_assert_cmpstr(blocker->message, !=, "");
        g_assert_cmpstr(blocker->remedy, !=, "");
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
overwrite_byte(const FirnDisk *disk, off_t offset, guint8 byte)
{
    int file = open(disk->path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(pwrite(file, &byte, 1, offset), ==, 1);
    close(file);
}

static void
test_healthy(Fixture *fixture, gconstpointer data)
{
    add_qcow2(fixture, "vda");
    add_qcow2(fixture, "vdb");
    assert_blocked(fixture, "");
}

static void
test_raw(Fixture *fixture, gconstpointer data)
{
    const FirnBlocker *blocker;

    add_disk(fixture, "vda", "raw", fixture->folder);
    assert_blocked(fixture, "DiskNotSupported of disk vda");
    blocker = fixture->blockers->pdata[0];
    g_assert_cmpstr(blocker->disk, ==, "vda");
    g_assert_nonnull(strstr(blocker->remedy, "qemu-img convert"));
}

static void
test_read_only_disk(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "sda", "raw", fixture->folder)->is_writable = FALSE;
    assert_blocked(fixture, "");
}

static void
test_overlay(Fixture *fixture, gconstpointer data)
{
    FirnDisk *base = add_qcow2(fixture, "base");
    FirnDisk *disk = add_qcow2(fixture, "vda");
    const char *remedy;

    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    "-b",
                                    base->path,
                                    "-F",
                                    "qcow2",
                                    disk->path,
                                    NULL));
    assert_blocked(fixture, "BackingChain of disk vda");
    remedy = ((FirnBlocker *)fixture->blockers->pdata[0])->remedy;
    g_assert_nonnull(strstr(remedy, "virsh blockcommit VM vda --active --pivot --wait"));
    g_assert_cmpstr(((FirnBlocker *)fixture->blockers->pdata[0])->disk, ==, "vda");
}

/* What its source reports comes before what its image says. */
static void
test_obstacle(Fixture *fixture, gconstpointer data)
{
    FirnDisk *disk = add_qcow2(fixture, "vda");

    firn_disk_obstruct(disk, "do something", "it is elsewhere");
    assert_blocked(fixture, "DiskNotSupported of disk vda");
    g_ptr_array_set_size(fixture->blockers, 0);
    disk->is_unread = TRUE;
    assert_blocked(fixture, "ImageNotAccessible of disk vda");
}

static void
test_data_file(Fixture *fixture, gconstpointer data)
{
    FirnDisk *disk = add_qcow2(fixture, "vda");
    g_autofree char *option = g_strdup_printf("data_file=%s/data", fixture->folder);

    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    "-o",
                                    option,
                                    disk->path,
                                    "1M",
                                    NULL));
    assert_blocked(fixture, "DiskNotSupported of disk vda");
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    FirnDisk *no_path = add_qcow2(fixture, "vda");
    FirnDisk *missing = add_qcow2(fixture, "vdb");
    FirnDisk *garbage = add_qcow2(fixture, "vdc");
    FirnDisk *odd_path = add_qcow2(fixture, "vdd");
    FirnDisk *corrupt = add_qcow2(fixture, "vde");

    g_clear_pointer(&no_path->path, g_free);
    unlink(missing->path);
    overwrite_byte(garbage, 0, 'x');
    g_free(odd_path->path);
    odd_path->path = g_strdup("/srv/\xff");
    /* bit 1 of the incompatible features, docs/interop/qcow2.txt */
    overwrite_byte(corrupt, 79, 2);
    assert_blocked(fixture,
                   "NoImageFile of disk vda, ImageNotAccessible of disk vdb, "
                   "ImageUnreadable of disk vdc, PathNotSupported of disk vdd, "
                   "ImageCorrupt of disk vde");
}

static void
test_tag_taken(Fixture *fixture, gconstpointer data)
{
    FirnDisk *disk = add_qcow2(fixture, "vda");

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", TAG, disk->path, NULL));
    assert_blocked(fixture, "NameTaken of disk vda");
}

static void
test_in_use(Fixture *fixture, gconstpointer data)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 101, .l_len = 1};
    FirnDisk *disk = add_qcow2(fixture, "vda");
    int file = open(disk->path, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fcntl(file, F_OFD_SETLK, &lock), ==, 0);
    assert_blocked(fixture, "ImageInUse of disk vda");
    close(file);
    assert_blocked(fixture, "");
}

static void
add_to_table(FirnDisk *disk, const char *tag)
{
    FirnImageSnapshot *snapshot = g_new0(FirnImageSnapshot, 1);

    snapshot->id = g_strdup("1");
    snapshot->tag = g_strdup(tag);
    g_ptr_array_add(disk->snapshots, snapshot);
}

/* While the VM runs, its own lock does not block, and QEMU's table counts. */
static void
test_running(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 1);
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 101, .l_len = 1};
    FirnDisk *disk = add_qcow2(fixture, "vda");
    int file = open(disk->path, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fcntl(file, F_OFD_SETLK, &lock), ==, 0);
    fixture->monitor =
        firn_test_open_monitor(firn_test_peer_get_path(firn_test_fake_monitor_get_peer(fake)));
    disk->bitmaps = g_strsplit("nightly", " ", -1);
    assert_blocked(fixture, "");
    add_to_table(disk, TAG);
    assert_blocked(fixture, "NameTaken of disk vda");
    for (guint i = 1; i < 65535; i++)
        add_to_table(disk, "x");
    assert_blocked(fixture, "NameTaken of disk vda, TooManySnapshots of disk vda");
    g_clear_object(&fixture->monitor);
    close(file);
}

static char *
mount_small(Fixture *fixture, const char *size)
{
    g_autofree char *folder = g_build_filename(fixture->folder, "small", NULL);

    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    return firn_test_small_disk_mount(folder, size) ? g_steal_pointer(&folder) : NULL;
}

static void
test_no_space(Fixture *fixture, gconstpointer data)
{
    g_autofree char *small = mount_small(fixture, "16m");

    if (small == NULL)
        return;
    add_disk(fixture, "vda", "qcow2", small);
    add_qcow2(fixture, "vdb");
    assert_blocked(fixture, "");
    firn_test_small_disk_fill(small, 1 << 20);
    assert_blocked(fixture, "NoSpace of disk vda");
}

/* Each alone has enough space, both together have not. */
static void
test_no_space_together(Fixture *fixture, gconstpointer data)
{
    g_autofree char *small = mount_small(fixture, "16m");
    guint64 one_bytes;

    if (small == NULL)
        return;
    add_disk(fixture, "vda", "qcow2", small);
    add_disk(fixture, "vdb", "qcow2", small);
    ((FirnDisk *)fixture->disks->pdata[0])->size_bytes = 64 << 20;
    one_bytes = firn_qcow2_check_estimate(fixture->disks->pdata[0], 65536);
    firn_test_small_disk_fill(small, (4 << 20) + one_bytes + one_bytes / 2);
    assert_blocked(fixture, "NoSpace of disk vda, vdb");
    g_ptr_array_remove_index(fixture->disks, 1);
    assert_blocked(fixture, "");
}

static void
test_read_only_file_system(Fixture *fixture, gconstpointer data)
{
    g_autofree char *small = mount_small(fixture, "16m");

    if (small == NULL)
        return;
    add_disk(fixture, "vda", "qcow2", small);
    g_assert_cmpint(mount("none", small, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
    assert_blocked(fixture, "ReadOnly of disk vda");
}

static guint64
file_bytes(const FirnDisk *disk)
{
    struct stat facts;

    g_assert_cmpint(stat(disk->path, &facts), ==, 0);
    return (guint64)MAX(facts.st_size, facts.st_blocks * 512);
}

/* The real growth must never exceed the estimate. */
static void
test_estimate(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *size;
        const char *options;
        guint64 size_bytes;
        guint64 cluster_bytes;
    } table[] = {
        {"64M", "cluster_size=64k",                (guint64)64 << 20, 65536  },
        {"64M", "cluster_size=512",                (guint64)64 << 20, 512    },
        {"8G",  "cluster_size=512",                (guint64)8 << 30,  512    },
        {"8T",  "cluster_size=64k",                (guint64)8 << 40,  65536  },
        {"1T",  "cluster_size=64k,extended_l2=on", (guint64)1 << 40,  65536  },
        {"1T",  "cluster_size=2M",                 (guint64)1 << 40,  2 << 20},
        {"0",   "cluster_size=64k",                0,                 65536  },
    };

    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *target = g_strdup_printf("vd%u", i);
        FirnDisk *disk = add_qcow2(fixture, target);
        guint64 before, growth;

        g_free(firn_test_disk_image_run("qemu-img",
                                        "create",
                                        "-q",
                                        "-f",
                                        "qcow2",
                                        "-o",
                                        table[i].options,
                                        disk->path,
                                        table[i].size,
                                        NULL));
        if (table[i].size_bytes > 0)
            g_free(firn_test_disk_image_run("qemu-io",
                                            "-f",
                                            "qcow2",
                                            "-c",
                                            "write 0 16M",
                                            disk->path,
                                            NULL));
        disk->size_bytes = table[i].size_bytes;
        before = file_bytes(disk);
        g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", TAG, disk->path, NULL));
        growth = file_bytes(disk) - before;
        g_test_message("%s %s: grew by %" G_GUINT64_FORMAT ", estimate %" G_GUINT64_FORMAT,
                       table[i].size,
                       table[i].options,
                       growth,
                       firn_qcow2_check_estimate(disk, table[i].cluster_bytes));
        g_assert_cmpuint(growth, <=, firn_qcow2_check_estimate(disk, table[i].cluster_bytes));
    }
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/qcow2-check/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("healthy", test_healthy);
    TEST("disk/raw", test_raw);
    TEST("disk/read-only", test_read_only_disk);
    TEST("disk/blocker", test_obstacle);
    TEST("image/overlay", test_overlay);
    TEST("image/data-file", test_data_file);
    TEST("image/unreadable", test_unreadable);
    TEST("image/tag-taken", test_tag_taken);
    TEST("image/in-use", test_in_use);
    TEST("running", test_running);
    TEST("space/too-little", test_no_space);
    TEST("space/too-little-together", test_no_space_together);
    TEST("space/read-only", test_read_only_file_system);
    TEST("estimate/upper-bound", test_estimate);
    return g_test_run();
}
