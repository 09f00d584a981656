/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trusted-open.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook-rig.h"

#define HOOK "/etc/firn/hooks.d/10-x"

static void
assert_refused(FirnTestHookRig *rig, const char *path, int error, const char *in_reason)
{
    errno = 0;
    g_assert_cmpint(firn_trusted_open(&rig->paths, path, &rig->reason), ==, -1);
    g_assert_cmpint(errno, ==, error);
    firn_test_assert_in(rig->reason.text, in_reason);
}

static void
test_trusted(FirnTestHookRig *rig, gconstpointer data)
{
    char text[8];
    int file;

    firn_test_hook_rig_write(rig, HOOK, 0755, "hello");
    file = firn_trusted_open(&rig->paths, HOOK, &rig->reason);
    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(read(file, text, sizeof text), ==, 5);
    close(file);
}

static void
test_missing(FirnTestHookRig *rig, gconstpointer data)
{
    assert_refused(rig, HOOK, ENOENT, HOOK);
    assert_refused(rig, "/nowhere/10-x", ENOENT, "/nowhere:");
}

static void
test_writable(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, HOOK, 0757, "");
    assert_refused(rig, HOOK, EACCES, "mode 0757");
    firn_test_hook_rig_write(rig, HOOK, 0775, "");
    assert_refused(rig, HOOK, EACCES, "mode 0775");
}

static void
test_writable_parent(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, "/etc/firn");

    firn_test_hook_rig_write(rig, HOOK, 0755, "");
    g_assert_no_errno(g_chmod(folder, 01777));
    assert_refused(rig, HOOK, EACCES, "/etc/firn may be written by others: mode 1777");
}

static void
test_owner(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, HOOK, 0755, "");
    rig->paths.owner++;
    assert_refused(rig, HOOK, EACCES, "belongs to user");
}

static void
test_link(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *file = firn_test_hook_rig_path(rig, HOOK);
    g_autofree char *folder = firn_test_hook_rig_path(rig, "/etc/other");

    firn_test_hook_rig_write(rig, "/etc/real", 0755, "");
    g_assert_no_errno(symlink("../../real", file));
    assert_refused(rig, HOOK, ELOOP, "symbolic link");
    g_assert_no_errno(symlink("firn", folder));
    firn_test_hook_rig_write(rig, "/etc/firn/y", 0755, "");
    assert_refused(rig, "/etc/other/y", ELOOP, "/etc/other: is a symbolic link");
}

/* Opening it must not wait for a writer. */
static void
test_fifo(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *file = firn_test_hook_rig_path(rig, HOOK);

    g_assert_no_errno(mkfifo(file, 0755));
    assert_refused(rig, HOOK, EACCES, "not a regular file");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("trusted-open/trusted", test_trusted);
    FIRN_TEST_WITH_RIG("trusted-open/missing", test_missing);
    FIRN_TEST_WITH_RIG("trusted-open/writable", test_writable);
    FIRN_TEST_WITH_RIG("trusted-open/writable-parent", test_writable_parent);
    FIRN_TEST_WITH_RIG("trusted-open/owner", test_owner);
    FIRN_TEST_WITH_RIG("trusted-open/link", test_link);
    FIRN_TEST_WITH_RIG("trusted-open/fifo", test_fifo);
    return g_test_run();
}
