/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confined-process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-error.h"
#include "scratch-dir.h"

static const FirnToolLimits roomy = {0, 0, 20000, 1024 * 1024};

static FirnToolResult *
run_shell(const char *script, const FirnToolLimits *limits, GError **error)
{
    const char *argv[] = {"sh", "-c", script, NULL};

    return firn_confined_process_run(argv, limits, error);
}

static void
assert_prints(const char *script, const FirnToolLimits *limits, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnToolResult) result = run_shell(script, limits, &error);

    g_assert_no_error(error);
    g_assert_true(result->succeeded);
    g_assert_cmpstr(result->output, ==, expected);
    g_assert_cmpuint(result->length, ==, strlen(expected));
}

static void
test_output(void)
{
    assert_prints("echo hello; echo world", &roomy, "hello\nworld\n");
}

static void
test_failure(void)
{
    g_autoptr(FirnToolResult) result =
        run_shell("echo first >&2; printf 'sec\\033[31mond\\n\\n' >&2; exit 3", &roomy, NULL);

    g_assert_false(result->succeeded);
    g_assert_cmpstr(result->complaint, ==, "sec\\x1b[31mond");
    g_assert_true(g_str_has_prefix(result->complaints, "first\n"));
}

static void
test_signal(void)
{
    g_autoptr(FirnToolResult) result = run_shell("kill -KILL $$", &roomy, NULL);

    g_assert_false(result->succeeded);
    g_assert_cmpstr(result->complaint, ==, "ended by signal 9");
}

static void
test_last_words(void)
{
    g_autoptr(FirnToolResult) result = run_shell("echo no room >&2; kill -KILL $$", &roomy, NULL);

    g_assert_cmpstr(result->complaint, ==, "ended by signal 9 after: no room");
}

static void
test_missing(void)
{
    const char *argv[] = {"firn-no-such-program", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_confined_process_run(argv, &roomy, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

static void
test_environment(void)
{
    const char *argv[] = {"env", NULL};
    g_autoptr(FirnToolResult) result = NULL;

    g_setenv("FIRN_SECRET", "x", TRUE);
    result = firn_confined_process_run(argv, &roomy, NULL);
    g_assert_true(g_str_has_prefix(result->output, "LC_ALL=C\nPATH=/usr/local/sbin:"));
    g_assert_null(strstr(result->output, "FIRN_SECRET"));
}

static void
test_no_input(void)
{
    assert_prints("cat; pwd", &roomy, "/\n");
}

static void
test_limits(void)
{
    FirnToolLimits tight = {(guint64)1 << 30, 30, 20000, 1000};

    assert_prints("ulimit -v; ulimit -t; ulimit -c", &tight, "1048576\n30\n0\n");
}

static void
test_no_limits(void)
{
    assert_prints("ulimit -t", &roomy, "unlimited\n");
}

static gboolean
wait_gone(GPid pid)
{
    gint64 deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    while (kill(pid, 0) == 0 && g_get_monotonic_time() < deadline_us) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    return kill(pid, 0) < 0 && errno == ESRCH;
}

static void
test_time_is_over(void)
{
    FirnToolLimits hasty = {0, 0, 300, 1000};
    g_autofree char *path = g_strdup_printf("%s/firn-pid-%d", g_get_tmp_dir(), (int)getpid());
    g_autofree char *script = g_strdup_printf("echo $$ > %s; exec sleep 300", path);
    g_autofree char *pid = NULL;
    g_autoptr(GError) error = NULL;
    gint64 begin_us = g_get_monotonic_time();

    g_assert_null(run_shell(script, &hasty, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 10 * G_USEC_PER_SEC);
    g_assert_true(g_file_get_contents(path, &pid, NULL, NULL));
    unlink(path);
    g_assert_true(wait_gone(atoi(pid)));
}

/* GLib's functions for files want a file that they can truncate. */
static void
write_to_pipe(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(write(file, text, strlen(text)), ==, (gssize)strlen(text));
    close(file);
}

/* It writes to a pipe that has no reader any more, and still does the rest. */
static void
test_left_running(void)
{
    FirnToolLimits hasty = {.wall_ms = 300, .output_bytes = 1000, .is_left_running = TRUE};
    g_autoptr(FirnTestScratchDir) scratch = firn_test_scratch_dir_new();
    g_autofree char *gate = g_build_filename(firn_test_scratch_dir_get_path(scratch), "gate", NULL);
    g_autofree char *end = g_build_filename(firn_test_scratch_dir_get_path(scratch), "end", NULL);
    g_autofree char *script =
        g_strdup_printf("read line <%s; echo late; echo late >&2; : >%s", gate, end);
    gint64 deadline_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(mkfifo(gate, 0600), ==, 0);
    g_assert_null(run_shell(script, &hasty, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    write_to_pipe(gate, "go\n");
    while (!g_file_test(end, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(1000);
    }
}

static void
test_too_much_output(void)
{
    FirnToolLimits small = {0, 0, 20000, 100000};
    g_autoptr(GError) error = NULL;
    gint64 begin_us = g_get_monotonic_time();

    g_assert_null(run_shell("yes", &small, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 10 * G_USEC_PER_SEC);
}

static void
test_many_complaints(void)
{
    FirnToolLimits small = {0, 0, 20000, 100000};
    g_autoptr(FirnToolResult) result =
        run_shell("yes | head -c 3000000 >&2; echo end >&2; echo out", &small, NULL);

    g_assert_true(result->succeeded);
    g_assert_cmpstr(result->complaint, ==, "end");
    g_assert_cmpuint(strlen(result->complaints), <=, 64 * 1024);
    g_assert_cmpstr(result->output, ==, "out\n");
}

static void
test_left_over_child(void)
{
    gint64 begin_us = g_get_monotonic_time();

    assert_prints("sleep 15 & echo out", &roomy, "out\n");
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 10 * G_USEC_PER_SEC);
}

/* It waits for its input, and ends with it. */
static void
test_waiting(void)
{
    const char *argv[] = {"sh", "-c", "while read line; do echo \"got $line\"; done", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnConfinedProcess) process = firn_confined_process_start(argv, &roomy, &error);
    g_autoptr(FirnToolResult) result = NULL;

    g_assert_no_error(error);
    g_assert_true(firn_confined_process_write(process, "one\n", &error));
    g_assert_true(firn_confined_process_write(process, "two\n", &error));
    result = firn_confined_process_end(process, 20000, &error);
    g_assert_no_error(error);
    g_assert_true(result->succeeded);
    g_assert_cmpstr(result->output, ==, "got one\ngot two\n");
}

/* One that is told nothing ends, although it is not killed. */
static void
test_not_told(void)
{
    FirnToolLimits left = roomy;
    g_autofree char *folder = g_dir_make_tmp("firn-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "ended", NULL);
    const char *argv[] = {"sh", "-c", "read line; touch \"$0\"", path, NULL};
    gint64 end_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;

    left.is_left_running = TRUE;
    firn_confined_process_free(firn_confined_process_start(argv, &left, &error));
    g_assert_no_error(error);
    while (access(path, F_OK) != 0)
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_assert_no_errno(unlink(path));
    g_assert_no_errno(rmdir(folder));
}

/* It has ended, and has done nothing, once it is dismissed. */
static void
test_dismissed(void)
{
    FirnToolLimits left = roomy;
    g_autofree char *folder = g_dir_make_tmp("firn-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "ended", NULL);
    const char *argv[] = {"sh",
                          "-c",
                          "while read line; do exit; done; sleep 0.2; touch \"$0\"",
                          path,
                          NULL};
    g_autoptr(GError) error = NULL;

    left.is_left_running = TRUE;
    firn_confined_process_dismiss(firn_confined_process_start(argv, &left, &error));
    g_assert_no_error(error);
    g_assert_no_errno(unlink(path));
    g_assert_no_errno(rmdir(folder));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/tool-process/output", test_output);
    g_test_add_func("/snapshot-engine/tool-process/failure", test_failure);
    g_test_add_func("/snapshot-engine/tool-process/signal", test_signal);
    g_test_add_func("/snapshot-engine/tool-process/last-words", test_last_words);
    g_test_add_func("/snapshot-engine/tool-process/missing-program", test_missing);
    g_test_add_func("/snapshot-engine/tool-process/clean-environment", test_environment);
    g_test_add_func("/snapshot-engine/tool-process/no-input", test_no_input);
    g_test_add_func("/snapshot-engine/tool-process/limits/set", test_limits);
    g_test_add_func("/snapshot-engine/tool-process/limits/none", test_no_limits);
    g_test_add_func("/snapshot-engine/tool-process/time-is-over", test_time_is_over);
    g_test_add_func("/snapshot-engine/tool-process/left-running", test_left_running);
    g_test_add_func("/snapshot-engine/tool-process/waiting", test_waiting);
    g_test_add_func("/snapshot-engine/tool-process/not-told", test_not_told);
    g_test_add_func("/snapshot-engine/tool-process/dismissed", test_dismissed);
    g_test_add_func("/snapshot-engine/tool-process/too-much-output", test_too_much_output);
    g_test_add_func("/snapshot-engine/tool-process/many-complaints", test_many_complaints);
    g_test_add_func("/snapshot-engine/tool-process/left-over-child", test_left_over_child);
    return g_test_run();
}
