/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <string.h>

#include "hook-rig.h"

static FirnMountKind
kind_of(const char *line)
{
    g_autofree char *copy = g_strdup(line);
    FirnMount mount;

    g_assert_true(firn_mount_parse(copy, &mount));
    return mount.kind;
}

static void
test_line(void)
{
    char line[] = "36 35 98:17 /mnt1 /mnt\\0402\\134x rw,noatime master:1 - ext3 /dev/ro\\040ot rw";
    FirnMount mount;

    g_assert_true(firn_mount_parse(line, &mount));
    g_assert_cmpuint(mount.major, ==, 98);
    g_assert_cmpuint(mount.minor, ==, 17);
    g_assert_cmpstr(mount.path, ==, "/mnt 2\\x");
    g_assert_cmpstr(mount.type, ==, "ext3");
    g_assert_cmpstr(mount.source, ==, "/dev/ro ot");
}

static void
test_wrong_lines(void)
{
    static const char *const wrong[] = {"",
                                        "36",
                                        "36 35 98 / / rw - ext3 /dev/root rw",
                                        "36 35 98:17 / / rw ext3 /dev/root rw",
                                        "36 35 98:17 / / rw -",
                                        "36 35 98:17 / / rw - ext3"};
    FirnMount mount;

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *copy = g_strdup(wrong[i]);

        if (firn_mount_parse(copy, &mount))
            g_error("\"%s\" is taken for a mount", wrong[i]);
    }
}

static void
test_kinds(void)
{
    g_assert_cmpint(kind_of("1 0 8:1 / / rw - ext4 /dev/sda1 rw"), ==, FIRN_MOUNT_FREEZABLE);
    g_assert_cmpint(kind_of("1 0 0:30 / / rw - btrfs /dev/sda1 rw"), ==, FIRN_MOUNT_FREEZABLE);
    g_assert_cmpint(kind_of("1 0 0:5 / /proc rw - proc proc rw"), ==, FIRN_MOUNT_IGNORED);
    g_assert_cmpint(kind_of("1 0 0:5 / /run rw - tmpfs  rw"), ==, FIRN_MOUNT_IGNORED);
    g_assert_cmpint(kind_of("1 0 0:5 / /a rw - nfs4 h:/a rw"), ==, FIRN_MOUNT_UNCOVERED);
    g_assert_cmpint(kind_of("1 0 0:5 / /a rw - fuse.sshfs h:/a rw"), ==, FIRN_MOUNT_UNCOVERED);
    g_assert_cmpint(kind_of("1 0 0:5 / /a rw - fusectl none rw"), ==, FIRN_MOUNT_IGNORED);
    g_assert_cmpint(kind_of("1 0 8:2 / /boot rw - vfat /dev/sda2 rw"), ==, FIRN_MOUNT_UNCOVERED);
}

static void
test_read(FirnTestHookRig *rig, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *path = firn_test_hook_rig_path(rig, "/mountinfo");
    FirnMounts mounts;

    g_assert_false(firn_mounts_read(&mounts, path));
    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(text, "%u 0 8:%u / /m%u rw - ext4 /dev/sda%u rw\n", i, i, i, i);
    firn_test_hook_rig_write(rig, "/mountinfo", 0444, text->str);
    g_assert_true(firn_mounts_read(&mounts, path));
    g_assert_cmpuint(mounts.count, ==, 5000);
    g_assert_cmpstr(mounts.mounts[4999].path, ==, "/m4999");
    firn_mounts_clear(&mounts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/mounts/line", test_line);
    g_test_add_func("/guest-hooks/mounts/wrong-lines", test_wrong_lines);
    g_test_add_func("/guest-hooks/mounts/kinds", test_kinds);
    FIRN_TEST_WITH_RIG("mounts/read", test_read);
    return g_test_run();
}
