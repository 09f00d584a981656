/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "fake-thawer.h"

#define LOG     "echo $1-$FIRN_HOOK >> log"
#define SESSION "Mode=session\nLevel=app\n"
#define HOLD                                                                                       \
    "echo lock-$FIRN_HOOK >> log; echo READY; read -r w; echo $w-$FIRN_HOOK >> log; echo DONE"

static FirnThawer thawer;
static FirnGuard guard;

static void
init_guard(FirnTestHookRig *rig)
{
    if (!firn_guard_init(&guard, &rig->paths, &thawer, &rig->reason))
        g_error("%s", rig->reason.text);
}

static void
set_up(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_set_up(rig, data);
    firn_test_fake_thawer_init(rig, &thawer);
    firn_test_hook_rig_write(rig, "/dev/kmsg", 0600, "");
    init_guard(rig);
}

static void
tear_down(FirnTestHookRig *rig, gconstpointer data)
{
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_CLOSED);
    firn_guard_clear(&guard);
    firn_test_fake_thawer_clear(&thawer);
    firn_test_hook_rig_tear_down(rig, data);
}

static void
freeze_disks(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_atomic_int_set(&firn_test_disks[i].is_frozen, TRUE);
}

static bool
freeze(void)
{
    if (firn_guard_load(&guard, FIRN_VERB_FREEZE))
        firn_guard_run(&guard, FIRN_VERB_FREEZE);
    return guard.failure.code == 0;
}

static void
thaw(void)
{
    firn_guard_run(&guard, FIRN_VERB_THAW);
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_CLOSED);
    g_assert_null(guard.deadman);
}

static void
assert_freezes(void)
{
    if (!freeze())
        g_error("%s: %s", guard.failure.hook, guard.failure.reason.text);
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_FROZEN);
}

static void
assert_fails(unsigned code, const char *hook, const char *phase, const char *in_reason)
{
    g_assert_false(freeze());
    g_assert_cmpuint(guard.failure.code, ==, code);
    g_assert_cmpstr(guard.failure.hook, ==, hook);
    g_assert_cmpstr(guard.failure.phase, ==, phase);
    firn_test_assert_in(guard.failure.reason.text, in_reason);
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_CLOSED);
    g_assert_null(guard.deadman);
}

static void
assert_log(FirnTestHookRig *rig, const char *expected)
{
    g_autofree char *log = firn_test_hook_rig_read(rig, "/log");

    g_strdelimit(g_strchomp(log), "\n", ' ');
    g_assert_cmpstr(log, ==, expected);
}

static void
assert_report(FirnTestHookRig *rig, const char *part)
{
    g_autofree char *report = firn_test_hook_rig_read(rig, "/run/firn/last.json");

    firn_test_assert_in(report, part);
}

static bool
exists(FirnTestHookRig *rig, const char *path)
{
    g_autofree char *whole = firn_test_hook_rig_path(rig, path);

    return g_file_test(whole, G_FILE_TEST_EXISTS);
}

static void
add_compat(FirnTestHookRig *rig, const char *name)
{
    g_autofree char *path = g_strconcat("/etc/qemu/fsfreeze-hook.d/", name, NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\ncd %s\n" LOG "\n", rig->paths.root);

    firn_test_hook_rig_write(rig, path, 0755, text);
}

static void
test_order(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", LOG, NULL);
    firn_test_hook_rig_write_hook(rig, "20-b", HOLD, SESSION);
    firn_test_hook_rig_write_hook(rig, "30-c", LOG, NULL);
    add_compat(rig, "1-x");
    add_compat(rig, "2-y");
    assert_freezes();
    assert_log(rig,
               "prepare-10-a prepare-30-c freeze-10-a lock-20-b freeze-30-c freeze-1-x freeze-2-y");
    g_assert_true(exists(rig, FIRN_ARMED_PATH));
    assert_report(rig, "\"state\": \"frozen\"");
    firn_test_hook_rig_write(rig, "/log", 0644, "");
    thaw();
    assert_log(rig, "thaw-1-x thaw-2-y thaw-30-c THAW-20-b thaw-10-a");
    g_assert_false(exists(rig, FIRN_ARMED_PATH));
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"app\", \"failure\": null");
    assert_report(rig, "\"mount\": \"/srv\"");
    assert_report(rig, "\"mount\": \"/data/nested\", \"device\": \"254:2\"");
    assert_report(rig, "\"type\": \"xfs\", \"deadman\": \"idle\"");
}

static void
test_compat_reversed(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, "CompatReverse=yes\n");
    firn_test_hook_rig_write_hook(rig, "10-a", LOG, NULL);
    add_compat(rig, "1-x");
    add_compat(rig, "2-y");
    assert_freezes();
    firn_test_hook_rig_write(rig, "/log", 0644, "");
    thaw();
    assert_log(rig, "thaw-2-y thaw-1-x thaw-10-a");
}

static void
test_no_hooks(FirnTestHookRig *rig, gconstpointer data)
{
    assert_freezes();
    thaw();
    assert_report(rig, "\"level\": \"fs\"");
    thaw();
}

/* All that were started are told, also the one that failed, and the last one first. */
static void
test_rollback(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", LOG, NULL);
    firn_test_hook_rig_write_hook(rig, "20-b", HOLD, SESSION);
    firn_test_hook_rig_write_hook(rig, "30-c", LOG "; [ $1 != freeze ] || exit 5", NULL);
    firn_test_hook_rig_write_hook(rig, "40-d", LOG, NULL);
    assert_fails(FIRN_EXIT_HOOK_FAILED, "30-c", "freeze", "exit status 5");
    assert_log(rig,
               "prepare-10-a prepare-30-c prepare-40-d freeze-10-a lock-20-b freeze-30-c "
               "abort-30-c ABORT-20-b abort-10-a");
    assert_report(rig, "\"state\": \"failed\", \"level\": \"none\"");
    assert_report(rig, "\"hook\": \"30-c\"");
    g_assert_false(exists(rig, FIRN_ARMED_PATH));
}

static void
test_not_critical(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    firn_test_hook_rig_write_hook(rig, "20-b", "exit 5", "Critical=no\nLevel=app\n");
    assert_freezes();
    thaw();
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    assert_report(rig, "\"result\": \"failed\"");
}

/* A hook can only say that it proves less. */
static void
test_lower_level(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", "echo FIRN-LEVEL flushed", "Level=app\n");
    assert_freezes();
    thaw();
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"flushed\"");
    firn_test_hook_rig_write_hook(rig, "10-a", "echo FIRN-LEVEL flushed", "Level=none\n");
    assert_freezes();
    thaw();
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    firn_test_hook_rig_write_hook(rig, "10-a", "echo FIRN-LEVEL none", "Level=app\n");
    assert_freezes();
    thaw();
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"fs\"");
}

static void
assert_level(FirnTestHookRig *rig, const char *part)
{
    assert_freezes();
    thaw();
    assert_report(rig, part);
}

/* One application at rest does not speak for another. */
static void
test_least_level(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", "", "Level=app\n");
    firn_test_hook_rig_write_hook(rig, "20-b", "", "Level=none\n");
    assert_level(rig, "\"state\": \"thawed\", \"level\": \"app\"");
    firn_test_hook_rig_write_hook(rig, "20-b", "", "Level=flushed\n");
    assert_level(rig, "\"state\": \"thawed\", \"level\": \"flushed\"");
    firn_test_hook_rig_write_hook(rig, "20-b", "echo FIRN-LEVEL none", "Level=app\n");
    assert_level(rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    firn_test_hook_rig_write_hook(rig, "20-b", "exit 77", "Level=flushed\n");
    assert_level(rig, "\"state\": \"thawed\", \"level\": \"app\"");
    firn_test_hook_rig_write_hook(rig, "10-a", "", "Level=flushed\n");
    firn_test_hook_rig_write_hook(rig, "20-b", "", "Level=app\n");
    assert_level(rig, "\"state\": \"thawed\", \"level\": \"flushed\"");
}

static void
test_refused(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/etc/firn/hooks.d/10-a");

    firn_test_hook_rig_write_hook(rig, "10-a", LOG, NULL);
    g_assert_no_errno(g_chmod(path, 0777));
    assert_fails(FIRN_EXIT_CONFIG, "10-a", "prepare", "mode 0777");
    assert_log(rig, "");
}

static void
test_wrong_settings(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, "DeadmanSec=1\n");
    assert_fails(FIRN_EXIT_CONFIG, "", "", "5 to 300");
    assert_report(rig, "\"reason\": \"config\"");
}

static void
test_too_slow(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig,
                                  "10-a",
                                  "[ $1 != freeze ] || exec sleep 1000",
                                  "FreezeTimeoutSec=1\n");
    assert_fails(FIRN_EXIT_TIMEOUT, "10-a", "freeze", "did not end within 1000 ms");
}

static void
test_total_limit(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, "FreezeTotalSec=1\n");
    firn_test_hook_rig_write_hook(rig, "10-a", "[ $1 != prepare ] || exec sleep 1000", NULL);
    assert_fails(FIRN_EXIT_TIMEOUT, "10-a", "prepare", "did not end within");
}

static void
test_cannot_arm(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    firn_test_disks[1].is_unopenable = TRUE;
    assert_fails(FIRN_EXIT_CANNOT_ARM, "", "", "/data: ");
    assert_log(rig, "lock-10-a ABORT-10-a");
}

static void
test_expires(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *messages = NULL;

    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    assert_freezes();
    freeze_disks();
    g_assert_cmpint(firn_guard_check(&guard), ==, INT64_MAX);
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_FROZEN);
    firn_deadman_expire(guard.deadman);
    g_assert_true(firn_deadman_wait_answers(guard.deadman, firn_clock_ms() + 20000));
    firn_guard_check(&guard);
    g_assert_cmpstr(firn_guard_get_state(&guard), ==, "expired");
    assert_log(rig, "lock-10-a ABORT-10-a");
    assert_report(rig, "\"state\": \"expired\", \"level\": \"none\"");
    assert_report(rig, "\"fired\": true");
    assert_report(rig, "\"type\": \"xfs\", \"deadman\": \"thawed\"");
    messages = firn_test_hook_rig_read(rig, "/dev/kmsg");
    firn_test_assert_in(messages, "the host has not thawed in time");
    /* What is frozen from now on is thawed as well, and a late thaw does not hide what happened. */
    freeze_disks();
    firn_test_fake_thawer_wait(0);
    thaw();
    assert_report(rig, "\"state\": \"expired\", \"level\": \"none\"");
}

/* Between its end and the guard's next look. */
static void
test_thaw_just_too_late(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    assert_freezes();
    firn_deadman_expire(guard.deadman);
    g_assert_true(firn_deadman_wait_answers(guard.deadman, firn_clock_ms() + 20000));
    thaw();
    assert_report(rig, "\"state\": \"expired\", \"level\": \"none\"");
}

static void
test_freeze_after_expiry(FirnTestHookRig *rig, gconstpointer data)
{
    assert_freezes();
    firn_deadman_expire(guard.deadman);
    firn_guard_check(&guard);
    assert_freezes();
    assert_report(rig, "\"fired\": false");
    thaw();
}

static void
test_abort(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    assert_freezes();
    freeze_disks();
    firn_guard_run(&guard, FIRN_VERB_ABORT);
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_assert_false(firn_test_disks[i].is_frozen);
    g_assert_cmpint(guard.window, ==, FIRN_WINDOW_CLOSED);
    assert_log(rig, "lock-10-a ABORT-10-a");
}

static void
test_session_dies(FirnTestHookRig *rig, gconstpointer data)
{
    siginfo_t info;

    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION);
    assert_freezes();
    g_assert_no_errno(kill(guard.runs[0].process.pid, SIGKILL));
    g_assert_no_errno(waitid(P_PID, (id_t)guard.runs[0].process.pid, &info, WEXITED | WNOWAIT));
    firn_guard_check(&guard);
    thaw();
    assert_report(rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    assert_report(rig, "\"result\": \"died\", \"phase\": \"hold\", \"exit\": 137");
}

static void
test_held_too_long(FirnTestHookRig *rig, gconstpointer data)
{
    int64_t next_ms;

    firn_test_hook_rig_write_hook(rig, "10-a", HOLD, SESSION "MaxHoldSec=1\n");
    assert_freezes();
    next_ms = firn_guard_check(&guard);
    g_assert_cmpint(next_ms, <=, firn_clock_ms() + 1000);
    while (firn_guard_check(&guard) != INT64_MAX)
        firn_waiter_wait(&guard.waiter, -1, next_ms);
    assert_log(rig, "lock-10-a ABORT-10-a");
    thaw();
    assert_report(rig, "\"level\": \"fs\"");
    assert_report(rig, "\"result\": \"timeout\", \"phase\": \"hold\"");
}

/* The one before was killed, and with it the sessions. */
static void
test_guard_was_killed(FirnTestHookRig *rig, gconstpointer data)
{
    firn_guard_clear(&guard);
    firn_test_hook_rig_write(rig, FIRN_ARMED_PATH, 0600, "");
    freeze_disks();
    init_guard(rig);
    for (guint i = 0; i < G_N_ELEMENTS(firn_test_disks); i++)
        g_assert_false(firn_test_disks[i].is_frozen);
    assert_report(rig, "\"state\": \"expired\"");
    g_assert_true(exists(rig, FIRN_ARMED_PATH));
    thaw();
    g_assert_false(exists(rig, FIRN_ARMED_PATH));
}

static void
test_prepared_by_host(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write_hook(rig, "10-a", LOG, NULL);
    g_assert_true(firn_guard_load(&guard, FIRN_VERB_PREPARE));
    firn_guard_run(&guard, FIRN_VERB_PREPARE);
    assert_freezes();
    thaw();
    assert_log(rig, "prepare-10-a freeze-10-a thaw-10-a");
    assert_freezes();
    thaw();
    assert_log(rig, "prepare-10-a freeze-10-a thaw-10-a prepare-10-a freeze-10-a thaw-10-a");
}

static void
test_request(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_REQUEST_PATH, 0666, "token=abc\ndeadman-sec=60\n");
    assert_freezes();
    thaw();
    assert_report(rig, "\"token\": \"abc\"");
    assert_report(rig, "\"timeout_s\": 60");
    g_assert_true(exists(rig, "/run/firn/report-abc.json"));
    assert_freezes();
    thaw();
    assert_report(rig, "\"token\": \"\"");
}

/* So that firn-hook never waits longer than it was told. */
static void
test_limits(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, "FreezeTotalSec=7\n");
    firn_test_hook_rig_write_hook(rig, "10-a", LOG, "ThawTimeoutSec=3\n");
    firn_test_hook_rig_write_hook(rig, "20-b", LOG, "ThawTimeoutSec=4\n");
    assert_freezes();
    g_assert_cmpuint(firn_guard_get_limit_ms(&guard, FIRN_VERB_THAW),
                     ==,
                     3000 + 4000 + 2 * 1000 + 2000);
    g_assert_cmpuint(firn_guard_get_limit_ms(&guard, FIRN_VERB_FREEZE), ==, 11000 + 7000 + 1000);
    thaw();
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/guard/" name, FirnTestHookRig, NULL, set_up, run, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("order", test_order);
    TEST("compat-reversed", test_compat_reversed);
    TEST("no-hooks", test_no_hooks);
    TEST("rollback", test_rollback);
    TEST("not-critical", test_not_critical);
    TEST("lower-level", test_lower_level);
    TEST("least-level", test_least_level);
    TEST("refused", test_refused);
    TEST("wrong-settings", test_wrong_settings);
    TEST("too-slow", test_too_slow);
    TEST("total-limit", test_total_limit);
    TEST("cannot-arm", test_cannot_arm);
    TEST("expires", test_expires);
    TEST("thaw-just-too-late", test_thaw_just_too_late);
    TEST("freeze-after-expiry", test_freeze_after_expiry);
    TEST("abort", test_abort);
    TEST("session-dies", test_session_dies);
    TEST("held-too-long", test_held_too_long);
    TEST("guard-was-killed", test_guard_was_killed);
    TEST("prepared-by-host", test_prepared_by_host);
    TEST("request", test_request);
    TEST("limits", test_limits);
    return g_test_run();
}
