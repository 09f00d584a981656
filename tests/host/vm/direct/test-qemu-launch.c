/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-launch.h"

#include <string.h>

#include "fake-systemd.h"
#include "host-error.h"
#include "loop-thread.h"
#include "scratch-dir.h"
#include "test-bus.h"
#include "wire.h"

#define PATIENCE_MS 10000

static const char *const none[] = {NULL};

/* Waits until it has failed, or the file exists. */
static gboolean
wait_for(FirnQemuLaunch *launch, const char *path, GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(PATIENCE_MS);

    while (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS)) {
        if (firn_qemu_launch_has_failed(launch, error))
            return FALSE;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_thread_yield();
    }
    return TRUE;
}

/* The words are split as a shell does, but no shell runs them. */
static void
test_words(void)
{
    FirnTestScratchDir *dir = firn_test_scratch_dir_new();
    g_autofree char *path =
        g_build_filename(firn_test_scratch_dir_get_path(dir), "a $HOME 'b'", NULL);
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *line = g_strconcat("/bin/cp /dev/null ", quoted, NULL);
    FirnQemuLaunchSetup setup = {"web1", NULL, line, none};
    g_autoptr(FirnQemuLaunch) launch = firn_qemu_launch_new(&setup, NULL);

    g_assert_true(wait_for(launch, path, NULL));
    firn_test_scratch_dir_free(dir);
}

static void
test_more(void)
{
    const char *const more[] = {"/no such file", NULL};
    FirnQemuLaunchSetup setup = {"web1", NULL, "/bin/cat", more};
    g_autoptr(FirnQemuLaunch) launch = firn_qemu_launch_new(&setup, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(wait_for(launch, NULL, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "No such file or directory"));
}

static void
test_unreadable(void)
{
    FirnQemuLaunchSetup setup = {"web1", NULL, "/bin/cat 'a", none};
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_qemu_launch_new(&setup, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

typedef struct {
    FirnTestLoopThread *loop;     /* (owned) */
    FirnTestScratchDir *dir;      /* (owned) */
    FirnTestBus *bus;             /* (owned) */
    FirnTestFakeSystemd *systemd; /* (owned) */
    char *mark;                   /* (owned) a file that the command creates */
    char *line;                   /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->bus = firn_test_bus_new(firn_test_scratch_dir_get_path(fixture->dir));
    fixture->systemd =
        firn_test_fake_systemd_new(firn_test_bus_get_address(fixture->bus), "252.39");
    fixture->mark = g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "mark", NULL);
    fixture->line = g_strconcat("/bin/cp /dev/null ", fixture->mark, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_systemd_free(fixture->systemd);
    firn_test_bus_free(fixture->bus);
    firn_test_scratch_dir_free(fixture->dir);
    firn_test_loop_thread_stop(fixture->loop);
    g_free(fixture->mark);
    g_free(fixture->line);
}

static FirnQemuLaunch *
start(Fixture *fixture, GError **error)
{
    FirnQemuLaunchSetup setup = {"web1",
                                 firn_test_bus_get_address(fixture->bus),
                                 fixture->line,
                                 none};

    return firn_qemu_launch_new(&setup, error);
}

/* firnd must not start what systemd has started. */
static void
test_systemd(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnQemuLaunch) launch = start(fixture, NULL);
    g_autofree char *asked = firn_test_fake_systemd_dup_asked(fixture->systemd);

    g_assert_nonnull(launch);
    g_assert_nonnull(strstr(asked, "/bin/cp"));
    firn_test_fake_systemd_set_state(fixture->systemd, "failed", 1, 1);
    g_assert_true(firn_qemu_launch_has_failed(launch, NULL));
    g_assert_false(g_file_test(fixture->mark, G_FILE_TEST_EXISTS));
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnQemuLaunch) launch = NULL;

    firn_test_fake_systemd_refuse(fixture->systemd, "org.freedesktop.DBus.Error.AccessDenied");
    g_test_expect_message("firn-vm", G_LOG_LEVEL_WARNING, "*starts its QEMU itself*");
    launch = start(fixture, NULL);
    g_test_assert_expected_messages();
    g_assert_nonnull(launch);
    g_assert_true(wait_for(launch, fixture->mark, NULL));
}

/* systemd may have started it although it did not reply. */
static void
test_unknown(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_systemd_refuse(fixture->systemd, "org.freedesktop.DBus.Error.NoReply");
    g_assert_null(start(fixture, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_false(g_file_test(fixture->mark, G_FILE_TEST_EXISTS));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/qemu-launch/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/qemu-launch/words", test_words);
    g_test_add_func("/vm/qemu-launch/more", test_more);
    g_test_add_func("/vm/qemu-launch/unreadable", test_unreadable);
    TEST("systemd", test_systemd);
    TEST("refused", test_refused);
    TEST("unknown", test_unknown);
    return g_test_run();
}
