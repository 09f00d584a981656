/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child-command.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

/* Both ends of a lease. */
typedef struct {
    int ours;
    int theirs;
    guint early_ends;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    int fds[2];

    g_assert_true(g_unix_open_pipe(fds, FD_CLOEXEC, NULL));
    fixture->ours = fds[0];
    fixture->theirs = fds[1];
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_close(fixture->ours, NULL);
    if (fixture->theirs != -1)
        g_close(fixture->theirs, NULL);
}

static void
on_early_end(gpointer user_data)
{
    ((Fixture *)user_data)->early_ends++;
}

static int
run(Fixture *fixture, const char *script, GError **error)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "WORD", "7", TRUE);
    const FirnChildCommand command = {
        (char **)argv,
        environment,
        fixture->ours,
        on_early_end,
        fixture,
    };

    return firn_child_command_run(&command, error);
}

static void
assert_status(Fixture *fixture, const char *script, int expected)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(run(fixture, script, &error), ==, expected);
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->early_ends, ==, 0);
}

static void
test_status(Fixture *fixture, gconstpointer data)
{
    assert_status(fixture, "exit 0", 0);
    assert_status(fixture, "exit 3", 3);
    assert_status(fixture, "kill -9 $$", 128 + SIGKILL);
    assert_status(fixture, "exit $WORD", 7);
}

static void
test_group(Fixture *fixture, gconstpointer data)
{
    assert_status(fixture, "test $(cut -d' ' -f5 /proc/$$/stat) = $$", 0);
}

/* The signal is sent to firn alone, not to its process group. */
static void
test_passes_on(Fixture *fixture, gconstpointer data)
{
    assert_status(fixture,
                  "trap 'exit 42' TERM; kill -TERM $PPID; while :; do sleep 0.1; done",
                  42);
    assert_status(fixture, "trap 'exit 43' INT; kill -INT $PPID; while :; do sleep 0.1; done", 43);
    assert_status(fixture, "trap 'exit 44' HUP; kill -HUP $PPID; while :; do sleep 0.1; done", 44);
}

static gboolean
end_lease(gpointer data)
{
    Fixture *fixture = data;

    g_close(fixture->theirs, NULL);
    fixture->theirs = -1;
    return G_SOURCE_REMOVE;
}

static void
test_early_end(Fixture *fixture, gconstpointer script)
{
    g_autoptr(GError) error = NULL;

    g_timeout_add(100, end_lease, fixture);
    g_assert_cmpint(run(fixture, script, &error), ==, 128 + SIGTERM);
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->early_ends, ==, 1);
}

static void
test_find(void)
{
    g_autofree char *folder = g_dir_make_tmp("firn-XXXXXX", NULL);
    g_autofree char *plain = g_build_filename(folder, "plain", NULL);
    g_autofree char *nothing = g_build_filename(folder, "nothing", NULL);
    g_autofree char *path = NULL;
    int status = 0;

    g_assert_true(g_file_set_contents(plain, "", 0, NULL));
    path = firn_child_command_find("sh", &status);
    g_assert_true(g_path_is_absolute(path));
    g_assert_null(firn_child_command_find(plain, &status));
    g_assert_cmpint(status, ==, 126);
    g_assert_null(firn_child_command_find(nothing, &status));
    g_assert_cmpint(status, ==, 127);
    g_assert_null(firn_child_command_find("firn-has-no-such-program", &status));
    g_assert_cmpint(status, ==, 127);
    g_remove(plain);
    g_rmdir(folder);
}

static void
test_not_started(Fixture *fixture, gconstpointer data)
{
    const char *argv[] = {"/dev/null", NULL};
    g_auto(GStrv) environment = g_get_environ();
    const FirnChildCommand command = {
        (char **)argv,
        environment,
        fixture->ours,
        on_early_end,
        fixture,
    };
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(firn_child_command_run(&command, &error), ==, 126);
    g_assert_nonnull(error);
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/cli/command/exit-status", NULL, test_status);
    add("/cli/command/has-a-group-of-its-own", NULL, test_group);
    add("/cli/command/signals-are-passed-on", NULL, test_passes_on);
    add("/cli/command/ended-with-the-lease", "exec sleep 1000", test_early_end);
    add("/cli/command/ended-when-stopped", "kill -STOP $$", test_early_end);
    add("/cli/command/cannot-be-started", NULL, test_not_started);
    g_test_add_func("/cli/command/find", test_find);
    return g_test_run();
}
