/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "hook-guest.h"

/* One guest for all tests: each leaves it thawed, and without hooks. */
static FirnHookGuest rig;

static gboolean
is_frozen(const char *folder)
{
    return firn_test_guest_is_frozen(rig.guest, folder);
}

static void
wait_expired(void)
{
    firn_hook_guest_wait(&rig, "firn-hook status | grep -q '\"expired\", \"busy\": false'");
}

/* Each file system has a thread of its own, which may not have had its turn yet. */
static void
wait_thawed(const char *folder)
{
    g_autofree char *command = g_strdup_printf("[ $(is-frozen %s) = thawed ]", folder);

    firn_hook_guest_wait(&rig, command);
}

/* Also later writes of those that waited succeed. */
static void
test_silent_host(void)
{
    gint64 acked;

    firn_hook_guest_do(&rig, "writer start");
    firn_test_guest_wait_ack(rig.guest, 3);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    acked = firn_test_guest_get_last_ack(rig.guest);
    g_assert_true(is_frozen("/mnt/a"));
    g_assert_cmpint(firn_test_guest_get_last_ack(rig.guest), <=, acked + 1);
    wait_expired();
    firn_test_guest_wait_ack(rig.guest, acked + 5);
    firn_hook_guest_assert_report(&rig, "\"state\": \"expired\", \"level\": \"none\"");
    firn_hook_guest_assert_report(&rig, "{\"mount\": \"/mnt/a\"");
    g_assert_cmpint(firn_hook_guest_get_number(&rig, "fired_after_ms"), >=, 5000);
    g_assert_cmpint(firn_hook_guest_get_number(&rig, "fired_after_ms"), <, 15000);
    firn_hook_guest_do(&rig, "writer stop; [ $(grep -c '\"thawed\"}' /run/firn/last.json) = 2 ]");
    /* The agent does not know it; a thaw of the host makes all well. */
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-status", "\"frozen\"");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "CommandNotFound");
    firn_hook_guest_assert_agent(&rig, "guest-get-time", "CommandNotFound");
    firn_hook_guest_assert_agent(&rig, "guest-ping", "{\"return\": {}}");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
    firn_hook_guest_assert_report(&rig, "\"state\": \"expired\"");
}

static void
test_in_time(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "firn-hook status | grep -q '\"frozen\"'");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 2}");
    firn_hook_guest_assert_thawed(&rig);
    firn_hook_guest_assert_report(&rig, "\"state\": \"thawed\", \"level\": \"fs\"");
    firn_hook_guest_assert_report(&rig, "\"fired\": false");
    firn_hook_guest_assert_report(&rig, "\"deadman\": \"idle\"");
}

/* Its descriptors keep a file system busy, but no longer than it is armed. */
static void
test_unmount(void)
{
    const char *descriptors = "ls /proc/$(pidof firn-guard)/fd | wc -l";
    g_autofree char *before = firn_hook_guest_run(&rig, "%s", descriptors);
    g_autofree char *after = NULL;

    firn_hook_guest_do(&rig, "firn-hook freeze");
    firn_hook_guest_do(&rig, "! umount /mnt/b");
    firn_hook_guest_do(&rig, "firn-hook thaw && umount /mnt/b && mount /dev/vdb /mnt/b");
    after = firn_hook_guest_run(&rig, "%s", descriptors);
    g_assert_cmpstr(after, ==, before);
}

#define WAITS "grep -q '^State:.D' /proc/$(cat /run/blocked)/status"

/* Who waits for a frozen file system cannot be killed, and so cannot end the wait for others. */
static void
test_writer_killed(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig,
                       "{ echo late > /mnt/b/late & } </dev/null >/dev/null 2>&1; "
                       "echo $! > /run/blocked");
    firn_hook_guest_wait(&rig, WAITS);
    firn_hook_guest_do(&rig, "kill -9 $(cat /run/blocked); sleep 0.5; " WAITS);
    wait_expired();
    firn_hook_guest_wait(&rig, "! " WAITS " 2>/dev/null");
    wait_thawed("/mnt/a");
    wait_thawed("/mnt/b");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
}

static void
wait_agent(const char *status)
{
    g_autofree char *line = NULL;

    firn_hook_guest_wait(&rig, "ls -l /proc/$(pidof qemu-ga)/fd | grep -q vport");
    while (line == NULL || strstr(line, status) == NULL) {
        g_free(line);
        firn_hook_guest_send(&rig, "guest-fsfreeze-status");
        line = firn_hook_guest_receive(&rig);
    }
}

static void
test_agent_killed(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "killall -9 qemu-ga");
    wait_expired();
    wait_thawed("/mnt/a");
    wait_thawed("/mnt/b");
    wait_agent("\"frozen\"");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
}

static void
make_loop(const char *file)
{
    firn_hook_guest_do(&rig,
                       "dd if=/dev/zero of=%s bs=1M count=8 2>/dev/null && mke2fs -F %s >/dev/null "
                       "&& mkdir -p /mnt/c && sync",
                       file,
                       file);
}

static void
mount_loop(const char *file)
{
    firn_hook_guest_do(&rig, "mount -o loop -t ext4 %s /mnt/c && sync", file);
}

/* It looks for new mounts once, when it expires: a slow guest, too, has to be done by then. */
static void
test_mounted_later(void)
{
    make_loop("/run/c");
    firn_hook_guest_do(&rig, "printf 'token=later\\ndeadman-sec=30\\n' > /run/firn/request");
    firn_hook_guest_do(&rig, "firn-hook freeze");
    mount_loop("/run/c");
    firn_hook_guest_do(&rig, "fsfreeze --freeze /mnt/c");
    g_assert_true(is_frozen("/mnt/c"));
    wait_expired();
    wait_thawed("/mnt/c");
    firn_hook_guest_do(&rig,
                       "firn-hook thaw && grep -q '\"/mnt/c\".*\"thawed\"' /run/firn/last.json");
    firn_hook_guest_do(&rig, "umount /mnt/c; rm /run/c");
}

/* The loop device's writes wait for the file system below it. */
static void
test_file_system_on_a_frozen_one(void)
{
    make_loop("/mnt/a/c");
    mount_loop("/mnt/a/c");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 3}");
    wait_expired();
    wait_thawed("/mnt/c");
    wait_thawed("/mnt/a");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_do(&rig, "umount /mnt/c && rm /mnt/a/c");
    firn_hook_guest_assert_thawed(&rig);
}

/* Dirty pages that take long to write. */
static void
make_slow(guint index)
{
    firn_hook_guest_throttle(&rig, index, 200 * 1024);
    firn_hook_guest_do(&rig,
                       "dd if=/dev/zero of=/mnt/%c/dirty bs=1M count=24 2>/dev/null",
                       'a' + index);
}

static void
end_slow(guint index)
{
    g_autofree char *line = NULL;

    firn_hook_guest_throttle(&rig, index, 0);
    line = firn_hook_guest_receive(&rig);
    g_assert_nonnull(strstr(line, "{\"return\": 2}"));
    firn_hook_guest_wait(&rig,
                         "[ $(is-frozen /mnt/a) = thawed ] && [ $(is-frozen /mnt/b) = thawed ]");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
    firn_hook_guest_do(&rig, "rm /mnt/%c/dirty; sync", 'a' + index);
}

/* It expires before FIFREEZE has ended, and FITHAW of that file system blocks; the other one is
 * frozen afterwards. */
static void
test_slow_freeze(void)
{
    make_slow(1);
    firn_hook_guest_send(&rig, "guest-fsfreeze-freeze");
    wait_expired();
    firn_hook_guest_assert_report(&rig,
                                  "\"mount\": \"/mnt/b\", \"device\": \"254:16\", \"type\": "
                                  "\"ext4\", \"deadman\": \"blocked\"");
    end_slow(1);
}

/* One is frozen, and the next takes long. */
static void
test_one_stuck(void)
{
    make_slow(0);
    firn_hook_guest_send(&rig, "guest-fsfreeze-freeze");
    wait_expired();
    wait_thawed("/mnt/b");
    firn_hook_guest_do(&rig, "grep -q '\"/mnt/b\".*\"thawed\"' /run/firn/last.json");
    firn_hook_guest_do(&rig, "grep -q '\"/mnt/a\".*\"blocked\"' /run/firn/last.json");
    end_slow(0);
}

/* With the sessions it held. */
static void
test_guard_killed(void)
{
    firn_hook_guest_write_hook(&rig,
                               "10-lock",
                               "echo READY; read -r w || echo released > /run/log",
                               "Mode=session\n");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "killall -9 firn-guard");
    firn_hook_guest_wait(&rig, "grep -q released /run/log");
    g_assert_true(is_frozen("/mnt/b"));
    firn_hook_guest_start_guard(&rig);
    g_assert_false(is_frozen("/mnt/a"));
    g_assert_false(is_frozen("/mnt/b"));
    firn_hook_guest_assert_report(&rig, "\"state\": \"expired\"");
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
    firn_hook_guest_remove_hooks(&rig);
}

/* As systemd ends it on shutdown. */
static void
test_guard_ends(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "killall firn-guard; while pidof firn-guard; do sleep 0.1; done");
    g_assert_false(is_frozen("/mnt/a"));
    g_assert_false(is_frozen("/mnt/b"));
    firn_hook_guest_start_guard(&rig);
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
}

static void
test_abort(void)
{
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-freeze", "{\"return\": 2}");
    firn_hook_guest_do(&rig, "firn-hook abort");
    g_assert_false(is_frozen("/mnt/a"));
    g_assert_false(is_frozen("/mnt/b"));
    firn_hook_guest_assert_agent(&rig, "guest-fsfreeze-thaw", "{\"return\": 0}");
    firn_hook_guest_assert_thawed(&rig);
}

static gint64
get_locked_kib(void)
{
    g_autofree char *locked =
        firn_hook_guest_run(&rig, "awk '/^VmLck/ { print $2 }' /proc/$(pidof firn-guard)/status");

    return g_ascii_strtoll(locked, NULL, 10);
}

static gint64
get_armed_kib(void)
{
    gint64 kib;

    firn_hook_guest_do(&rig, "firn-hook freeze");
    kib = get_locked_kib();
    firn_hook_guest_do(&rig, "firn-hook thaw");
    return kib;
}

static void
test_locked_memory(void)
{
    gint64 idle = get_locked_kib();
    gint64 armed = get_armed_kib();

    g_test_message("locked: %d KiB, armed %d KiB", (int)idle, (int)armed);
    g_assert_cmpint(idle, >, 500);
    g_assert_cmpint(armed, <, 2048);
}

/* In several commands, because a slow guest has a minute for each. */
static void
mount_many(guint first, guint last)
{
    firn_hook_guest_do(
        &rig,
        "for i in $(seq %u %u); do cp /run/disk /run/disk$i && mkdir /run/mount$i && "
        "mount -t ext4 -o loop /run/disk$i /run/mount$i || exit; done",
        first,
        last);
}

/* Each has a thread, with a stack. */
static void
test_many_file_systems(void)
{
    gint64 armed;

    firn_hook_guest_do(&rig,
                       "dd if=/dev/zero of=/run/disk bs=64k count=1 2>/dev/null && "
                       "mke2fs -F /run/disk >/dev/null");
    for (guint i = 1; i <= 30; i += 5)
        mount_many(i, i + 4);
    armed = get_armed_kib();
    firn_hook_guest_assert_report(&rig, "\"mount\": \"/run/mount30\"");
    firn_hook_guest_do(&rig, "umount /run/mount* && rm -r /run/mount* /run/disk*");
    g_test_message("locked: %d KiB", (int)armed);
    g_assert_cmpint(armed, <, 2048);
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/guest/deadman/silent-host", test_silent_host);
    g_test_add_func("/guest-hooks/guest/deadman/in-time", test_in_time);
    g_test_add_func("/guest-hooks/guest/deadman/unmount", test_unmount);
    g_test_add_func("/guest-hooks/guest/deadman/agent-killed", test_agent_killed);
    g_test_add_func("/guest-hooks/guest/deadman/writer-killed", test_writer_killed);
    g_test_add_func("/guest-hooks/guest/deadman/mounted-later", test_mounted_later);
    g_test_add_func("/guest-hooks/guest/deadman/file-system-on-a-frozen-one",
                    test_file_system_on_a_frozen_one);
    g_test_add_func("/guest-hooks/guest/deadman/slow-freeze", test_slow_freeze);
    g_test_add_func("/guest-hooks/guest/deadman/one-stuck", test_one_stuck);
    g_test_add_func("/guest-hooks/guest/deadman/guard-killed", test_guard_killed);
    g_test_add_func("/guest-hooks/guest/deadman/guard-ends", test_guard_ends);
    g_test_add_func("/guest-hooks/guest/deadman/abort", test_abort);
    g_test_add_func("/guest-hooks/guest/deadman/locked-memory", test_locked_memory);
    g_test_add_func("/guest-hooks/guest/deadman/many-file-systems", test_many_file_systems);
    firn_hook_guest_set_up(&rig);
    status = g_test_run();
    firn_hook_guest_tear_down(&rig);
    return status;
}
