/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file-locks.h"

#include "fuse-file.h"
#include "scratch-dir.h"
#include "small-disk.h"

static void
test_shared(void)
{
    static const struct {
        const char *type;
        const char *options;
        gboolean is_shared;
    } rows[] = {
        {"ext4",           "rw,relatime",                              TRUE },
        {"tmpfs",          NULL,                                       TRUE },
        {"gfs2",           "rw",                                       TRUE },
        {"ceph",           "rw",                                       TRUE },
        {"nfs4",           "rw,vers=4.2,local_lock=none,addr=::1",     TRUE },
        {"nfs",            "rw,vers=3,nolock,local_lock=all,addr=::1", FALSE},
        {"nfs",            "rw,vers=3,local_lock=posix",               FALSE},
        {"nfs",            "rw,vers=3,local_lock=flock",               TRUE },
        {"cifs",           "rw,vers=3.1.1",                            TRUE },
        {"cifs",           "rw,nobrl",                                 FALSE},
        {"fuse",           "rw",                                       FALSE},
        {"fuse.sshfs",     "rw",                                       FALSE},
        {"fuse.glusterfs", "rw",                                       TRUE },
        {"fuseblk",        "rw",                                       TRUE },
        {"9p",             "rw,trans=virtio",                          FALSE},
        {"virtiofs",       "rw",                                       FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s %s", rows[i].type, rows[i].options);
        g_assert_true(firn_file_locks_are_shared(rows[i].type, rows[i].options) ==
                      rows[i].is_shared);
    }
}

static void
test_local_file(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *folder = firn_test_scratch_dir_get_path(dir);
    g_autofree char *path = g_build_filename(folder, "filler", NULL);

    if (!firn_test_small_disk_mount(folder, "64k"))
        return;
    firn_test_small_disk_fill(folder, 4096);
    g_assert_null(firn_file_locks_dup_doubt(path));
    firn_test_small_disk_unmount();
}

static void
test_fuse(void)
{
    g_autoptr(FirnTestFuseFile) file = firn_test_fuse_file_new();
    const char *path = file == NULL ? NULL : firn_test_fuse_file_get_path(file);
    g_autofree char *expected =
        g_strdup_printf("it is on fuse, mounted on %s, whose locks only this host sees", path);
    g_autofree char *doubt = NULL;

    if (file == NULL)
        return;
    doubt = firn_file_locks_dup_doubt(path);
    g_assert_cmpstr(doubt, ==, expected);
}

static void
test_no_file(void)
{
    g_assert_null(firn_file_locks_dup_doubt("/nowhere"));
    g_assert_null(firn_file_locks_dup_doubt("/dev/null"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/file-locks/shared", test_shared);
    g_test_add_func("/engine/file-locks/local-file", test_local_file);
    g_test_add_func("/engine/file-locks/fuse", test_fuse);
    g_test_add_func("/engine/file-locks/no-file", test_no_file);
    return g_test_run();
}
