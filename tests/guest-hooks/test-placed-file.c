/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "placed-file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook-rig.h"

#define FILE_PATH "/etc/a/b/c.conf"

static guint
get_mode(FirnTestHookRig *rig, const char *path)
{
    g_autofree char *whole = firn_test_hook_rig_path(rig, path);
    GStatBuf found;

    g_assert_no_errno(g_stat(whole, &found));
    return found.st_mode & 07777;
}

static void
assert_text(FirnTestHookRig *rig, const char *path, const char *text)
{
    g_autofree char *found = firn_test_hook_rig_read(rig, path);

    g_assert_cmpstr(found, ==, text);
}

static void
test_written(FirnTestHookRig *rig, gconstpointer data)
{
    mode_t umask_before = umask(077);

    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_NONE);
    g_assert_true(firn_placed_file_write(&rig->paths, FILE_PATH, "a=1\n", &rig->reason));
    umask(umask_before);
    assert_text(rig, FILE_PATH, FIRN_PLACED_MARK "a=1\n");
    g_assert_cmpuint(get_mode(rig, FILE_PATH), ==, 0644);
    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_OURS);
    g_assert_true(firn_placed_file_write(&rig->paths, FILE_PATH, "b=2\n", &rig->reason));
    assert_text(rig, FILE_PATH, FIRN_PLACED_MARK "b=2\n");
    g_assert_true(firn_placed_file_remove(&rig->paths, FILE_PATH, &rig->reason));
    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_NONE);
    g_assert_true(firn_placed_file_remove(&rig->paths, FILE_PATH, &rig->reason));
}

static void
test_foreign(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, FILE_PATH);

    firn_test_hook_rig_write(rig, FILE_PATH, 0644, "[general]\n");
    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_FOREIGN);
    firn_test_hook_rig_write(rig, FILE_PATH, 0644, "");
    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_FOREIGN);
    g_unlink(path);
    g_assert_no_errno(symlink("/not/there", path));
    g_assert_cmpint(firn_placed_file_find(&rig->paths, FILE_PATH), ==, FIRN_PLACED_FOREIGN);
}

static void
test_cannot_write(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, "/etc/a");

    firn_test_hook_rig_write(rig, "/etc/a", 0644, "");
    g_assert_false(firn_placed_file_write(&rig->paths, FILE_PATH, "a=1\n", &rig->reason));
    firn_test_assert_in(rig->reason.text, "/etc/a/b: Not a directory");
    g_assert_no_errno(g_unlink(folder));
    firn_test_hook_rig_write(rig, FILE_PATH "/inside", 0644, "");
    g_assert_false(firn_placed_file_write(&rig->paths, FILE_PATH, "a=1\n", &rig->reason));
    assert_text(rig, FILE_PATH ".firn-new", "");
    g_assert_false(firn_placed_file_remove(&rig->paths, FILE_PATH, &rig->reason));
    firn_test_assert_in(rig->reason.text, "not empty");
}

static void
test_copied(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *from = firn_test_hook_rig_path(rig, "/from");
    g_autofree char *text = g_strnfill(200000, 'x');

    firn_test_hook_rig_write(rig, "/from", 0600, text);
    g_assert_true(firn_placed_file_copy(&rig->paths, from, "/usr/x/to", 0755, &rig->reason));
    assert_text(rig, "/usr/x/to", text);
    g_assert_cmpuint(get_mode(rig, "/usr/x/to"), ==, 0755);
    g_assert_false(
        firn_placed_file_copy(&rig->paths, "/not/there", "/usr/x/to", 0755, &rig->reason));
    firn_test_assert_in(rig->reason.text, "/not/there: No such file");
    assert_text(rig, "/usr/x/to", text);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("placed-file/written", test_written);
    FIRN_TEST_WITH_RIG("placed-file/foreign", test_foreign);
    FIRN_TEST_WITH_RIG("placed-file/cannot-write", test_cannot_write);
    FIRN_TEST_WITH_RIG("placed-file/copied", test_copied);
    return g_test_run();
}
