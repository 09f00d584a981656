/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook-rig.h"

#define LONG_MS  20000
#define SHORT_MS 100

static FirnProcess process;
static FirnHookOutput output;

static void
start_as(FirnTestHookRig *rig, const char *script, FirnLaunch launch)
{
    char *const environment[] = {(char *)"PATH=/usr/bin:/bin", (char *)"MARK=x", NULL};
    g_autofree char *path = firn_test_hook_rig_path(rig, "/script");
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);

    output = (FirnHookOutput){.line_bytes = 0};
    firn_test_hook_rig_write(rig, "/script", 0755, text);
    launch.file = open(path, O_RDONLY | O_CLOEXEC);
    launch.name = path;
    launch.environment = environment;
    if (!firn_process_start(&process, &launch, &rig->reason))
        g_error("%s", rig->reason.text);
    close(launch.file);
}

static void
start(FirnTestHookRig *rig, const char *script)
{
    start_as(rig, script, (FirnLaunch){.argument = "freeze", .credential = -1});
}

static FirnProcessResult
wait_for(FirnTestHookRig *rig, int64_t most_ms)
{
    return firn_process_wait(&process, &rig->waiter, NULL, &output, firn_clock_ms() + most_ms);
}

static void
assert_ends(FirnTestHookRig *rig, int status)
{
    g_assert_cmpint(wait_for(rig, LONG_MS), ==, FIRN_PROCESS_ENDED);
    g_assert_true(WIFEXITED(process.status));
    g_assert_cmpint(WEXITSTATUS(process.status), ==, status);
}

/* What it is left to may not wait for it: a zombie has died. */
static bool
has_died(const char *pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%s/stat", pid);
    g_autofree char *text = NULL;

    return !g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z ") != NULL;
}

static void
wait_death(const char *pid)
{
    gint64 end_us = g_get_monotonic_time() + 1000 * LONG_MS;

    while (!has_died(pid)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(5000);
    }
}

static void
test_exit(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "echo \"$1 $MARK $(umask) $(pwd)\"; exit 3");
    assert_ends(rig, 3);
    g_assert_cmpstr(output.message, ==, "freeze x 0077 /");
    start(rig, "echo before >&2; printf last");
    assert_ends(rig, 0);
    g_assert_cmpstr(output.message, ==, "last");
}

/* Only what was meant for it is open, and nothing is left of what the guard ignores and blocks. */
static void
test_nothing_inherited(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "echo $(ls /proc/$$/fd) $(grep -E 'SigBlk|SigIgn' /proc/$$/status)");
    assert_ends(rig, 0);
    g_assert_false(g_str_has_prefix(output.message, "0 1 2 3"));
    firn_test_assert_in(output.message, "SigBlk: 0000000000000000 SigIgn: 0000000000000000");
}

static void
test_credential(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/secret");
    int file;

    firn_test_hook_rig_write(rig, "/secret", 0600, "password\n");
    file = open(path, O_RDONLY | O_CLOEXEC);
    start_as(rig, "cat <&3", (FirnLaunch){.credential = file});
    close(file);
    assert_ends(rig, 0);
    g_assert_cmpstr(output.message, ==, "password");
}

static void
test_user(FirnTestHookRig *rig, gconstpointer data)
{
    FirnUser user = {
        .uid = 65534,
        .gid = 65533,
        .groups = {65533, 65532},
        .n_groups = 2
    };

    if (getuid() != 0) {
        g_test_skip("only root can become another user");
        return;
    }
    start_as(rig, "echo $(id -u) $(id -g) $(id -G)", (FirnLaunch){.credential = -1, .user = &user});
    assert_ends(rig, 0);
    g_assert_cmpstr(output.message, ==, "65534 65533 65533 65532");
}

static void
test_cannot_exec(FirnTestHookRig *rig, gconstpointer data)
{
    char *const environment[] = {NULL};
    FirnLaunch launch = {.file = open("/dev/null", O_RDONLY | O_CLOEXEC),
                         .name = "x",
                         .environment = environment,
                         .credential = -1};

    g_assert_true(firn_process_start(&process, &launch, &rig->reason));
    close(launch.file);
    assert_ends(rig, 127);
}

static void
test_hangs(FirnTestHookRig *rig, gconstpointer data)
{
    pid_t pid;

    start(rig, "sleep 1000");
    pid = process.pid;
    g_assert_cmpint(wait_for(rig, SHORT_MS), ==, FIRN_PROCESS_TIMEOUT);
    firn_process_stop(&process, &rig->waiter);
    g_assert_cmpint(waitpid(pid, NULL, WNOHANG), ==, -1);
    g_assert_cmpuint(rig->waiter.n_abandoned, ==, 0);
}

/* Its children likewise, which inherit that. */
static void
test_ignores_sigterm(FirnTestHookRig *rig, gconstpointer data)
{
    gint64 began_us;

    start(rig, "trap '' TERM; sleep 1000 & echo $!; while :; do wait; done");
    while (*output.message == '\0')
        wait_for(rig, SHORT_MS);
    began_us = g_get_monotonic_time();
    firn_process_stop(&process, &rig->waiter);
    g_assert_cmpint(g_get_monotonic_time() - began_us, >=, 900 * 1000);
    wait_death(output.message);
}

/* Its end counts, not that of its output. */
static void
test_child_keeps_output(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "sleep 1000 & echo $!");
    assert_ends(rig, 0);
    g_assert_no_errno(kill(atoi(output.message), SIGKILL));
}

static void
test_ten_megabytes(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "head -c 10485760 /dev/zero | tr '\\0' x; echo; echo end; exit 4");
    assert_ends(rig, 4);
    g_assert_cmpstr(output.message, ==, "end");
}

static void
test_endless_output(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "exec yes");
    g_assert_cmpint(wait_for(rig, SHORT_MS), ==, FIRN_PROCESS_TIMEOUT);
    firn_process_stop(&process, &rig->waiter);
}

/* Otherwise it would be readable all the time. */
static void
test_closes_output(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "exec >&- 2>&-; exec sleep 1000");
    while (process.output >= 0)
        g_assert_cmpint(wait_for(rig, SHORT_MS), ==, FIRN_PROCESS_TIMEOUT);
    firn_process_stop(&process, &rig->waiter);
}

static void
test_killed(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "kill -9 $$");
    g_assert_cmpint(wait_for(rig, LONG_MS), ==, FIRN_PROCESS_ENDED);
    g_assert_true(WIFSIGNALED(process.status));
}

static void
test_cancelled(FirnTestHookRig *rig, gconstpointer data)
{
    start(rig, "sleep 1000");
    rig->waiter.is_cancellable = rig->waiter.is_cancelled = true;
    g_assert_cmpint(wait_for(rig, LONG_MS), ==, FIRN_PROCESS_CANCELLED);
    firn_process_stop(&process, &rig->waiter);
    g_assert_true(rig->waiter.is_cancellable);
}

static void
test_input(FirnTestHookRig *rig, gconstpointer data)
{
    start_as(rig,
             "echo READY; read -r word; echo \"$word\"; exit 5",
             (FirnLaunch){.credential = -1, .has_input = true});
    g_assert_cmpint(firn_process_wait(&process,
                                      &rig->waiter,
                                      &output.is_ready,
                                      &output,
                                      firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_PROCESS_SAID);
    g_assert_cmpint(write(process.input, "THAW\n", 5), ==, 5);
    assert_ends(rig, 5);
    g_assert_cmpstr(output.message, ==, "THAW");
}

static int
give(void *status)
{
    return *(int *)status;
}

static void
test_run(FirnTestHookRig *rig, gconstpointer data)
{
    int status = 6;

    output = (FirnHookOutput){.line_bytes = 0};
    g_assert_true(firn_process_run(&process, give, &status, &rig->reason));
    assert_ends(rig, 6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("hook-process/exit", test_exit);
    FIRN_TEST_WITH_RIG("hook-process/nothing-inherited", test_nothing_inherited);
    FIRN_TEST_WITH_RIG("hook-process/credential", test_credential);
    FIRN_TEST_WITH_RIG("hook-process/user", test_user);
    FIRN_TEST_WITH_RIG("hook-process/cannot-exec", test_cannot_exec);
    FIRN_TEST_WITH_RIG("hook-process/hangs", test_hangs);
    FIRN_TEST_WITH_RIG("hook-process/ignores-sigterm", test_ignores_sigterm);
    FIRN_TEST_WITH_RIG("hook-process/child-keeps-output", test_child_keeps_output);
    FIRN_TEST_WITH_RIG("hook-process/ten-megabytes", test_ten_megabytes);
    FIRN_TEST_WITH_RIG("hook-process/endless-output", test_endless_output);
    FIRN_TEST_WITH_RIG("hook-process/closes-output", test_closes_output);
    FIRN_TEST_WITH_RIG("hook-process/killed", test_killed);
    FIRN_TEST_WITH_RIG("hook-process/cancelled", test_cancelled);
    FIRN_TEST_WITH_RIG("hook-process/input", test_input);
    FIRN_TEST_WITH_RIG("hook-process/run", test_run);
    return g_test_run();
}
