/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-run.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook-rig.h"

#define LONG_MS 20000

static FirnHookSet set;
static FirnHookRun run;
static FirnHookRunner runner;

static void
load(FirnTestHookRig *rig, const char *script, const char *conf)
{
    FirnSettings settings = {.with_compat = true};

    firn_test_hook_rig_write_hook(rig, "10-x", script, conf);
    firn_hook_set_clear(&set);
    g_assert_true(firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason));
    g_assert_cmpuint(set.count, ==, 1);
    firn_hook_run_init(&run, &set.hooks[0]);
    runner = (FirnHookRunner){&rig->paths, &rig->waiter, "t-1", firn_clock_ms() + LONG_MS};
}

static void
assert_result(FirnHookResult result, const char *phase, int status, const char *in_reason)
{
    if (run.result != result || !g_str_equal(run.phase, phase) || run.exit != status)
        g_error("%s in \"%s\", exit status %d: %s",
                firn_hook_result_get_name(run.result),
                run.phase,
                run.exit,
                run.reason.text);
    firn_test_assert_in(run.reason.text, in_reason);
}

static void
assert_log(FirnTestHookRig *rig, const char *expected)
{
    g_autofree char *log = firn_test_hook_rig_read(rig, "/log");

    g_assert_cmpstr(log, ==, expected);
}

static void
test_oneshot(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 $FIRN_PHASE $FIRN_TOKEN $FIRN_HOOK >> log; echo FIRN-DATA $1=1", NULL);
    g_assert_true(firn_hook_run_prepare(&run, &runner));
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    g_assert_true(run.is_started);
    firn_hook_run_release(&run, &runner, false);
    assert_result(FIRN_HOOK_OK, "thaw", 0, "");
    assert_log(rig, "prepare prepare t-1 10-x\nfreeze freeze t-1 10-x\nthaw thaw t-1 10-x\n");
    g_assert_cmpstr(run.output.data, ==, "prepare=1\nfreeze=1\nthaw=1\n");
    firn_hook_run_release(&run, &runner, true);
    assert_log(rig, "prepare prepare t-1 10-x\nfreeze freeze t-1 10-x\nthaw thaw t-1 10-x\n");
}

static void
test_own_settings(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig,
         "echo $FIRN_HOOK $FIRN_SET_FILES,$FIRN_SET_MODE >> log",
         "Set.MODE=slow\nSet.FILES=/srv/a /srv/b\n");
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    assert_log(rig, "10-x /srv/a /srv/b,slow\n");
}

static void
test_state_dir(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> $FIRN_STATE_DIR/state", NULL);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, false);
    g_assert_cmpint(run.result, ==, FIRN_HOOK_OK);
    g_autofree char *state = firn_test_hook_rig_read(rig, "/run/firn-hooks/state/10-x/state");
    g_assert_cmpstr(state, ==, "freeze\nthaw\n");
}

/* The first failure is what is told, whatever abort does. */
static void
test_fails(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> log; echo no space on $1; [ $1 != freeze ] || exit 3; exit 4", NULL);
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_FAILED, "freeze", 3, "exit status 3: no space on freeze");
    g_assert_true(run.is_started);
    firn_hook_run_release(&run, &runner, true);
    assert_result(FIRN_HOOK_FAILED, "freeze", 3, "exit status 3: no space on freeze");
    assert_log(rig, "freeze\nabort\n");
}

static void
test_not_applicable(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> log; exit 77", NULL);
    g_assert_true(firn_hook_run_prepare(&run, &runner));
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, false);
    g_assert_cmpint(run.result, ==, FIRN_HOOK_SKIPPED);
    assert_log(rig, "prepare\n");
}

static void
test_temporary(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> log; [ $(wc -l < log) -gt 1 ] || exit 75", NULL);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    assert_log(rig, "freeze\nfreeze\n");
    load(rig, "echo $1 >> log; exit 75", NULL);
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_log(rig, "freeze\nfreeze\nfreeze\nfreeze\n");
}

static void
test_hangs(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "[ $1 = freeze ] || exit 0; echo waiting; sleep 1000", "FreezeTimeoutSec=1\n");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_TIMEOUT, "freeze", 0, "did not end within 1000 ms: waiting");
    firn_hook_run_release(&run, &runner, true);
}

/* The limit that is named is the hook's own, not what the first attempt left of it. */
static void
test_hangs_again(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig,
         "[ $1 = freeze ] || exit 0; [ -e tried ] && sleep 1000; touch tried; sleep 0.1; exit 75",
         "FreezeTimeoutSec=1\n");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_TIMEOUT, "freeze", 0, "did not end within 1000 ms");
    firn_hook_run_release(&run, &runner, true);
}

static void
test_refused(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> log", NULL);
    firn_reason_set(&set.hooks[0].refused, "not trusted");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_REFUSED, "freeze", 0, "not trusted");
    firn_hook_run_release(&run, &runner, true);
    assert_log(rig, "");
}

static void
test_no_user(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo $1 >> log", "User=postgres\n");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_FAILED, "freeze", 0, "no user postgres");
    firn_hook_run_release(&run, &runner, true);
}

static void
test_credential(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig,
         "read -r secret <&3; echo FIRN-DATA read=$secret",
         "CredentialFile=/etc/firn/secret\n");
    firn_test_hook_rig_write(rig, "/etc/firn/secret", 0644, "s\n");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_FAILED, "freeze", 0, "/etc/firn/secret may be read by others");
    firn_test_hook_rig_write(rig, "/etc/firn/secret", 0600, "s\n");
    firn_hook_run_init(&run, &set.hooks[0]);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    g_assert_cmpstr(run.output.data, ==, "read=s\n");
}

#define SESSION "Mode=session\n"

static void
test_session(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig,
         "echo $1 >> log; echo FIRN-DATA a=1; echo READY; read -r w; echo $w >> log; echo DONE",
         SESSION);
    g_assert_true(firn_hook_run_prepare(&run, &runner));
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    g_assert_cmpint(run.process.pid, !=, 0);
    g_assert_true(firn_hook_run_check_held(&run));
    firn_hook_run_release(&run, &runner, false);
    assert_result(FIRN_HOOK_OK, "thaw", 0, "");
    assert_log(rig, "session\nTHAW\n");
    g_assert_cmpstr(run.output.data, ==, "a=1\n");
}

static void
test_session_aborted(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo READY; read -r w; echo $w >> log; echo DONE", SESSION);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, true);
    assert_log(rig, "ABORT\n");
}

/* Also a session that was not ready in time is told. */
static void
test_session_not_ready(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo locking; read -r w; echo $w >> log; echo DONE", SESSION "FreezeTimeoutSec=1\n");
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, true);
    assert_result(FIRN_HOOK_TIMEOUT, "freeze", 0, "did not end within 1000 ms: locking");
    assert_log(rig, "ABORT\n");
}

static void
test_session_dies(FirnTestHookRig *rig, gconstpointer data)
{
    siginfo_t info;

    load(rig, "echo READY; until [ -e go ]; do sleep 0.02; done; exit 9", SESSION);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    g_assert_true(firn_hook_run_check_held(&run));
    firn_test_hook_rig_write(rig, "/go", 0644, "");
    g_assert_no_errno(waitid(P_PID, (id_t)run.process.pid, &info, WEXITED | WNOWAIT));
    g_assert_false(firn_hook_run_check_held(&run));
    g_assert_cmpint(run.result, ==, FIRN_HOOK_DIED);
    g_assert_cmpstr(run.phase, ==, "hold");
    g_assert_cmpint(run.exit, ==, 9);
    firn_hook_run_release(&run, &runner, false);
    g_assert_cmpint(run.result, ==, FIRN_HOOK_DIED);
}

static void
test_session_fails_early(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo no server; exit 2", SESSION);
    g_assert_false(firn_hook_run_freeze(&run, &runner));
    assert_result(FIRN_HOOK_FAILED, "freeze", 2, "exit status 2: no server");
    firn_hook_run_release(&run, &runner, true);
    load(rig, "exit 77", SESSION);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    g_assert_cmpint(run.result, ==, FIRN_HOOK_SKIPPED);
    g_assert_false(run.is_started);
}

static void
test_session_not_done(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo READY; read -r w; echo cannot unlock; exit 0", SESSION);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, false);
    assert_result(FIRN_HOOK_FAILED, "thaw", 0, "exit status 0: cannot unlock");
}

static void
test_session_hangs_on_thaw(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig,
         "trap '' TERM; echo READY; while :; do sleep 1000; done",
         SESSION "ThawTimeoutSec=1\n");
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, false);
    assert_result(FIRN_HOOK_TIMEOUT, "thaw", 0, "did not end within 1000 ms");
    g_assert_cmpint(run.process.pid, ==, 0);
}

/* A pipe that is full must not keep it from hearing that it is over. */
static void
test_session_prints_on(FirnTestHookRig *rig, gconstpointer data)
{
    load(rig, "echo READY; head -c 10485760 /dev/zero; read -r w; echo; echo DONE", SESSION);
    g_assert_true(firn_hook_run_freeze(&run, &runner));
    firn_hook_run_release(&run, &runner, false);
    assert_result(FIRN_HOOK_OK, "thaw", 0, "");
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("hook-run/oneshot", test_oneshot);
    FIRN_TEST_WITH_RIG("hook-run/own-settings", test_own_settings);
    FIRN_TEST_WITH_RIG("hook-run/state-dir", test_state_dir);
    FIRN_TEST_WITH_RIG("hook-run/fails", test_fails);
    FIRN_TEST_WITH_RIG("hook-run/not-applicable", test_not_applicable);
    FIRN_TEST_WITH_RIG("hook-run/temporary", test_temporary);
    FIRN_TEST_WITH_RIG("hook-run/hangs", test_hangs);
    FIRN_TEST_WITH_RIG("hook-run/hangs-again", test_hangs_again);
    FIRN_TEST_WITH_RIG("hook-run/refused", test_refused);
    FIRN_TEST_WITH_RIG("hook-run/no-user", test_no_user);
    FIRN_TEST_WITH_RIG("hook-run/credential", test_credential);
    FIRN_TEST_WITH_RIG("hook-run/session", test_session);
    FIRN_TEST_WITH_RIG("hook-run/session-aborted", test_session_aborted);
    FIRN_TEST_WITH_RIG("hook-run/session-not-ready", test_session_not_ready);
    FIRN_TEST_WITH_RIG("hook-run/session-dies", test_session_dies);
    FIRN_TEST_WITH_RIG("hook-run/session-fails-early", test_session_fails_early);
    FIRN_TEST_WITH_RIG("hook-run/session-not-done", test_session_not_done);
    FIRN_TEST_WITH_RIG("hook-run/session-hangs-on-thaw", test_session_hangs_on_thaw);
    FIRN_TEST_WITH_RIG("hook-run/session-prints-on", test_session_prints_on);
    status = g_test_run();
    firn_hook_set_clear(&set);
    return status;
}
