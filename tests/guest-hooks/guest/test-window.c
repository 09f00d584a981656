/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "hook-guest.h"

#define LOG     "echo $1-$FIRN_HOOK >> /run/log"
#define SESSION "Mode=session\nLevel=app\n"
#define HOLD                                                                                       \
    "echo lock-$FIRN_HOOK >> /run/log; echo READY; read -r w; "                                    \
    "echo $w-$FIRN_HOOK >> /run/log; echo DONE"

/* One guest for all tests: each leaves it thawed. */
static FirnHookGuest rig;

static void
assert_log(const char *expected)
{
    g_autofree char *log = firn_hook_guest_run(&rig, "cat /run/log");

    g_strdelimit(log, "\n", ' ');
    g_assert_cmpstr(log, ==, expected);
}

/* In the words of its agent: the text that firn-hook prints, or its exit status. */
static void
assert_freeze_fails(guint code)
{
    g_autofree char *part = firn_hook_guest_passes_text(&rig)
                                ? g_strdup_printf("{\\\"code\\\": %u, ", code)
                                : g_strdup_printf("status %u", code);

    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", part);
}

/* Nothing is frozen then, and the host sends its thaw nevertheless. */
static void
assert_refused(guint code)
{
    assert_freeze_fails(code);
    firn_hook_guest_assert_thawed(&rig);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
}

static void
freeze_and_thaw(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 2}");
    firn_hook_guest_assert_thawed(&rig);
}

static void
set_up(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_remove_hooks(&rig);
}

static void
test_order(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_do(&rig,
                       "mkdir -p /etc/qemu/fsfreeze-hook.d && "
                       "printf '#!/bin/sh\\n" LOG "\\n' > /etc/qemu/fsfreeze-hook.d/stock && "
                       "chmod 755 /etc/qemu/fsfreeze-hook.d/stock");
    firn_hook_guest_write_hook(&rig, "10-a", LOG, NULL);
    firn_hook_guest_write_hook(&rig, "20-b", HOLD, SESSION);
    freeze_and_thaw();
    assert_log("prepare-10-a freeze-10-a lock-20-b freeze-stock thaw-stock THAW-20-b thaw-10-a");
    firn_hook_guest_assert_report(&rig, "\"state\": \"thawed\", \"level\": \"app\"");
    firn_hook_guest_do(&rig, "rm /etc/qemu/fsfreeze-hook.d/stock");
}

/* While the file systems are frozen, the hook holds. */
static void
test_held(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig, "10-a", HOLD, SESSION);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    g_assert_true(firn_test_guest_is_frozen(rig.guest, "/mnt/a"));
    assert_log("lock-10-a");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 2}");
    assert_log("lock-10-a THAW-10-a");
}

static void
test_thaw_alone(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig, "10-a", LOG, NULL);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_do(&rig, "[ ! -e /run/log ]");
}

static void
test_fails(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig, "10-a", HOLD, SESSION);
    firn_hook_guest_write_hook(&rig, "20-b", LOG "; [ $1 != freeze ] || exit 3", NULL);
    assert_refused(11);
    assert_log("prepare-20-b lock-10-a freeze-20-b abort-20-b ABORT-10-a");
    firn_hook_guest_assert_report(&rig, "\"hook\": \"20-b\", \"phase\": \"freeze\"");
}

static void
test_hangs(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               "trap '' TERM; [ $1 != freeze ] || while :; do sleep 1000; done",
                               "FreezeTimeoutSec=1\n");
    assert_refused(12);
    firn_hook_guest_assert_report(&rig, "did not end within 1000 ms");
    firn_hook_guest_do(&rig, "! pidof sleep | grep -q . || ! ps | grep -q '[s]leep 1000'");
}

/* No signal ends it before the thaw. */
static void
test_writes_to_frozen(gpointer *fixture, gconstpointer data)
{
    gint64 began_us = g_get_monotonic_time();

    firn_hook_guest_do(&rig, "fsfreeze --freeze /mnt/a");
    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               "echo writing; echo x > /mnt/a/hook; " LOG,
                               "FreezeTimeoutSec=1\nPrepareTimeoutSec=1\nThawTimeoutSec=1\n");
    assert_freeze_fails(12);
    g_assert_cmpint(g_get_monotonic_time() - began_us, <, 30 * G_USEC_PER_SEC);
    firn_hook_guest_assert_agent(&rig, "guest-ping", "{\"return\": {}}");
    firn_hook_guest_assert_report(&rig, "did not end within 1000 ms: writing");
    g_assert_true(firn_test_guest_is_frozen(rig.guest, "/mnt/a"));
    firn_hook_guest_do(&rig, "fsfreeze --unfreeze /mnt/a");
    firn_hook_guest_wait(&rig, "[ -z \"$(ps | grep '[h]ooks.d/10-a')\" ]");
    firn_hook_guest_do(&rig, "[ ! -e /run/log ]");
    firn_hook_guest_remove_hooks(&rig);
    freeze_and_thaw();
}

/* qemu-ga reads to the end what firn-hook prints. */
static void
test_keeps_output(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               "sleep 777 & echo $! >> /run/sleepers; "
                               "[ $1 != freeze ] || head -c 10485760 /dev/zero; echo; " LOG,
                               "FreezeTimeoutSec=25\n");
    freeze_and_thaw();
    assert_log("prepare-10-a freeze-10-a thaw-10-a");
    firn_hook_guest_do(&rig, "kill $(cat /run/sleepers) && rm /run/sleepers");
}

static void
test_untrusted(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig, "10-a", LOG, NULL);
    firn_hook_guest_do(&rig, "chmod 757 /etc/firn/hooks.d/10-a");
    assert_refused(10);
    firn_hook_guest_assert_report(&rig, "/etc/firn/hooks.d/10-a may be written by others");
    firn_hook_guest_do(&rig, "cd /etc/firn/hooks.d && mv 10-a /run/x && ln -s /run/x 10-a");
    assert_refused(10);
    firn_hook_guest_assert_report(&rig, "is a symbolic link");
    firn_hook_guest_do(&rig, "[ ! -e /run/log ]");
}

static void
test_session_dies(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig, "10-a", "echo $$ > /run/log; " HOLD, SESSION);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "kill -9 $(head -n 1 /run/log)");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 2}");
    firn_hook_guest_assert_report(&rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    firn_hook_guest_assert_report(&rig, "\"result\": \"died\", \"phase\": \"hold\", \"exit\": 137");
}

/* As when systemd ends the agent and all that it has started. */
static void
test_firn_hook_killed(gpointer *fixture, gconstpointer data)
{
    g_autofree char *line = NULL;

    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               LOG "; [ $1 != freeze ] || until [ -e /run/go ]; do sleep 0.1; done",
                               NULL);
    firn_hook_guest_send(&rig, "guest-fsfreeze-freeze");
    firn_hook_guest_wait(&rig, "grep -q freeze /run/log");
    firn_hook_guest_do(&rig, "killall -9 firn-hook");
    line = firn_hook_guest_receive(&rig);
    g_assert_nonnull(strstr(line, "\"error\""));
    firn_hook_guest_wait(&rig, "firn-hook status | grep -q '\"idle\", \"busy\": false'");
    assert_log("prepare-10-a freeze-10-a abort-10-a");
    firn_hook_guest_assert_thawed(&rig);
}

/* firn-hook, which is all that the agent waits for, is timed by a clock of the guest: a host that
 * is busy delays its ticks as well. */
static void
begin_timing(void)
{
    firn_hook_guest_do(&rig,
                       "cp /bin/firn-hook /run/firn-hook && rm /bin/firn-hook && "
                       "echo 'n=0; while :; do n=$((n + 1)); echo $n > /run/ticks.new; "
                       "mv /run/ticks.new /run/ticks; sleep 0.1; done' > /run/clock && "
                       "{ sh /run/clock </dev/null >/dev/null 2>&1 & echo $! > /run/clock-pid; }");
    firn_test_guest_write_file(rig.guest,
                               "/bin/firn-hook",
                               "#!/bin/sh\n"
                               "read -r began < /run/ticks\n"
                               "/run/firn-hook \"$@\"\n"
                               "status=$?\n"
                               "read -r ended < /run/ticks\n"
                               "echo $((ended - began)) > /run/took-$1\n"
                               "exit $status\n");
    firn_hook_guest_do(&rig, "chmod 755 /bin/firn-hook");
    firn_hook_guest_wait(&rig, "[ -s /run/ticks ]");
}

static void
end_timing(void)
{
    firn_hook_guest_do(&rig, "kill $(cat /run/clock-pid) && mv /run/firn-hook /bin/firn-hook");
}

/* Checks that @word took at least a part of the @seconds that all limits are, and not more than
 * they and the two seconds of firn-hook. */
static void
assert_took(const char *word, gint64 seconds)
{
    g_autofree char *text = firn_hook_guest_run(&rig, "cat /run/took-%s", word);
    gint64 ticks = g_ascii_strtoll(text, NULL, 10);

    g_test_message("%s: %d ticks of 100 ms", word, (int)ticks);
    g_assert_cmpint(ticks, >, 0);
    g_assert_cmpint(ticks, <=, 10 * (seconds + 2));
}

/* Only SIGKILL ends it, a second after its limit. */
#define HANG "{ trap '' TERM; while :; do sleep 1000; done; }"

static void
test_all_hang(gpointer *fixture, gconstpointer data)
{
    static const char limits[] = "FreezeTimeoutSec=20\nThawTimeoutSec=1\n";

    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               "[ $1 = prepare ] || [ $1 = freeze ] || " HANG,
                               limits);
    firn_hook_guest_write_hook(&rig,
                               "20-b",
                               "echo READY; " HANG,
                               "Mode=session\nFreezeTimeoutSec=20\nThawTimeoutSec=1\n");
    begin_timing();
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 2}");
    firn_hook_guest_assert_agent(&rig, "guest-ping", "{\"return\": {}}");
    assert_took("thaw", 2 + 2);
    firn_hook_guest_write_hook(&rig,
                               "30-c",
                               "[ $1 = prepare ] || " HANG,
                               "FreezeTimeoutSec=1\nThawTimeoutSec=1\n");
    assert_refused(12);
    assert_took("freeze", 2 + 2 + 2 + 2);
    end_timing();
}

static void
test_user(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_do(&rig,
                       "echo db:x:70:71::/run:/bin/sh > /etc/passwd; "
                       "echo more:x:72:db > /etc/group");
    firn_hook_guest_write_hook(&rig,
                               "10-a",
                               "echo FIRN-DATA id=$(id -u),$(id -g),$(id -G); "
                               "echo x > $FIRN_STATE_DIR/x && echo x > $TMPDIR/x && echo $HOME",
                               "User=db\n");
    freeze_and_thaw();
    firn_hook_guest_assert_report(&rig,
                                  "\"message\": \"/run\", \"data\": {\"id\": \"70,71,71 72\"");
}

static void
test_request(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_do(&rig, "echo token=abc-1 > /run/firn/request");
    freeze_and_thaw();
    firn_hook_guest_do(&rig,
                       "grep -q '\"token\": \"abc-1\"' /run/firn/report-abc-1.json && "
                       "[ ! -e /run/firn/request ]");
}

static void
test_no_guard(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_do(&rig, "killall firn-guard; while pidof firn-guard; do sleep 0.1; done");
    freeze_and_thaw();
    firn_hook_guest_do(&rig, "pidof firn-guard");
}

static void
test_no_program(gpointer *fixture, gconstpointer data)
{
    firn_hook_guest_do(&rig, "killall firn-guard; while pidof firn-guard; do sleep 0.1; done");
    firn_hook_guest_do(&rig, "mv " FIRN_TEST_GUARD_PLACE " /run/guard-away");
    assert_refused(13);
    firn_hook_guest_do(&rig,
                       "firn-hook freeze | grep -q '{\"code\": 13, \"reason\": \"unreachable\"'");
    firn_hook_guest_do(&rig, "echo Strict=no >> /etc/firn/guard.conf");
    freeze_and_thaw();
    firn_hook_guest_do(&rig, "sed -i /Strict/d /etc/firn/guard.conf");
    firn_hook_guest_do(&rig, "mv /run/guard-away " FIRN_TEST_GUARD_PLACE);
    firn_hook_guest_start_guard(&rig);
}

static void
test_check(gpointer *fixture, gconstpointer data)
{
    g_autofree char *found = NULL;

    firn_hook_guest_do(&rig, "firn-hook check && old-kernel /bin/firn-hook check");
    firn_hook_guest_write_hook(&rig, "10-a", LOG, "Mode=never\n");
    found = firn_hook_guest_run(&rig, "firn-hook list; firn-hook check || [ $? = 10 ]");
    g_assert_nonnull(strstr(found, "10-a is refused: /etc/firn/hooks.d/10-a.conf: line 1: "));
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/guest/window/" name, gpointer, NULL, set_up, run, NULL)

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    TEST("order", test_order);
    TEST("held", test_held);
    TEST("thaw-alone", test_thaw_alone);
    TEST("fails", test_fails);
    TEST("hangs", test_hangs);
    TEST("writes-to-frozen", test_writes_to_frozen);
    TEST("keeps-output", test_keeps_output);
    TEST("untrusted", test_untrusted);
    TEST("session-dies", test_session_dies);
    TEST("firn-hook-killed", test_firn_hook_killed);
    TEST("all-hang", test_all_hang);
    TEST("user", test_user);
    TEST("request", test_request);
    TEST("no-guard", test_no_guard);
    TEST("no-program", test_no_program);
    TEST("check", test_check);
    firn_hook_guest_set_up(&rig);
    status = g_test_run();
    firn_hook_guest_tear_down(&rig);
    return status;
}
