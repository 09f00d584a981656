/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-hook-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "scratch-dir.h"

/* The ctime of a file cannot be set, so the start time of the daemon is set instead. */
#define BEFORE (-100)
#define AFTER  100

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *root;        /* (unowned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->root = firn_test_scratch_dir_get_path(fixture->dir);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_scratch_dir_free(fixture->dir);
}

static char *
put(Fixture *fixture, const char *path, int mode)
{
    char *full = g_strconcat(fixture->root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(full, "", -1, NULL));
    g_assert_cmpint(g_chmod(full, mode), ==, 0);
    return full;
}

static void
start_daemon(Fixture *fixture, const char *pid_file, int seconds_from_now)
{
    g_autofree char *full = put(fixture, pid_file, 0644);
    time_t at = g_get_real_time() / G_USEC_PER_SEC + seconds_from_now;
    const struct timespec times[2] = {
        {at, 0},
        {at, 0}
    };

    g_assert_no_errno(utimensat(AT_FDCWD, full, times, 0));
}

static void
assert_state(Fixture *fixture, FirnLibvirtHookState expected)
{
    g_assert_cmpint(firn_libvirt_hook_file_look(fixture->root), ==, expected);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    g_autofree char *other = put(fixture, "/etc/libvirt/hooks/qemu", 0755);

    start_daemon(fixture, "/run/libvirtd.pid", AFTER);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_MISSING);
}

static void
test_not_executable(Fixture *fixture, gconstpointer data)
{
    g_autofree char *hook = put(fixture, FIRN_LIBVIRT_HOOK_FILE, 0644);

    start_daemon(fixture, "/run/libvirtd.pid", AFTER);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE);
}

static void
test_unknown(Fixture *fixture, gconstpointer data)
{
    g_autofree char *hook = put(fixture, FIRN_LIBVIRT_HOOK_FILE, 0755);

    assert_state(fixture, FIRN_LIBVIRT_HOOK_UNKNOWN);
}

static void
test_started_after(Fixture *fixture, gconstpointer data)
{
    g_autofree char *hook = put(fixture, FIRN_LIBVIRT_HOOK_FILE, 0755);

    start_daemon(fixture, "/run/virtqemud.pid", AFTER);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_ACTIVE);
}

static void
test_started_before(Fixture *fixture, gconstpointer data)
{
    g_autofree char *hook = put(fixture, FIRN_LIBVIRT_HOOK_FILE, 0755);
    g_autofree char *nothing = put(fixture, "/etc/libvirt/hooks/network", 0755);

    start_daemon(fixture, "/run/libvirtd.pid", BEFORE);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_UNSEEN);
}

static struct timespec
get_changed(const char *path)
{
    struct stat facts;

    g_assert_no_errno(stat(path, &facts));
    return facts.st_ctim;
}

/* Waits until the times differ in the file system's clock. */
static void
touch_until_newer(const char *path, struct timespec than)
{
    gint64 deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    struct timespec now;

    do {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_assert_no_errno(g_chmod(path, 0755));
        now = get_changed(path);
    } while (now.tv_sec == than.tv_sec && now.tv_nsec == than.tv_nsec);
}

/* If libvirt has seen any hook at its start, it calls all of them. */
static void
test_beside_another(Fixture *fixture, gconstpointer data)
{
    g_autofree char *other = put(fixture, "/etc/libvirt/hooks/qemu.d/10-other", 0755);
    g_autofree char *pid_file = put(fixture, "/run/libvirtd.pid", 0644);
    g_autofree char *hook = put(fixture, FIRN_LIBVIRT_HOOK_FILE, 0755);
    const struct timespec times[2] = {get_changed(other), get_changed(other)};

    g_assert_no_errno(utimensat(AT_FDCWD, pid_file, times, 0));
    touch_until_newer(hook, times[1]);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_ACTIVE);
    g_assert_cmpint(g_unlink(other), ==, 0);
    assert_state(fixture, FIRN_LIBVIRT_HOOK_UNSEEN);
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/libvirt-hook-file/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("missing", test_missing);
    ADD("not-executable", test_not_executable);
    ADD("no-daemon", test_unknown);
    ADD("daemon-started-after-it", test_started_after);
    ADD("daemon-started-before-it", test_started_before);
    ADD("beside-one-that-was-seen", test_beside_another);
    return g_test_run();
}
