/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What other clients do to a VM while firn saves its RAM. */
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "crash-rig.h"

typedef struct {
    const char *way;
    const char *step;
} Moment;

static void
begin_with(FirnCrashRig *rig, const Moment *moment)
{
    g_autofree char *reached = NULL;
    g_autofree char *line = g_strdup_printf("create web1 s1 --memory=%s", moment->way);

    firn_crash_rig_do(rig, "policy web1 set allow-memory=yes");
    g_assert_true(firn_crash_rig_begin(rig, moment->step, line));
    reached = firn_crash_rig_wait_step(rig);
    g_assert_cmpstr(reached, ==, moment->step);
}

/* Plays the scene while firnd is stopped at the step. Returns the exit status of firn. */
static int
create_with(FirnCrashRig *rig, const Moment *moment, void (*scene)(FirnCrashRig *rig))
{
    begin_with(rig, moment);
    scene(rig);
    firn_test_firnd_signal(rig->firnd, SIGCONT);
    return firn_crash_rig_wait_client(rig);
}

static void
assert_nothing_left(FirnCrashRig *rig)
{
    firn_crash_rig_settle(rig);
    g_assert_cmpuint(firn_crash_rig_count(rig), ==, 0);
    firn_crash_rig_assert_promises(rig);
}

static void
resize_disk(FirnCrashRig *rig)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(rig->guest,
                                                    "block_resize",
                                                    "{\"device\": \"vdb\", \"size\": 134217728}",
                                                    &error);

    g_assert_no_error(error);
}

static gboolean
is_pipe_open(FirnCrashRig *rig)
{
    g_autofree char *folder = g_strdup_printf("/proc/%d/fd", firn_test_guest_get_pid(rig->guest));
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    gboolean is_open = FALSE;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        is_open |= target != NULL && strstr(target, ".ram") != NULL;
    }
    return is_open;
}

/* QEMU would keep the pipe for as long as it runs. */
static void
test_resized(FirnCrashRig *rig, gconstpointer moment)
{
    g_assert_cmpint(create_with(rig, moment, resize_disk), ==, 5);
    assert_nothing_left(rig);
    g_assert_false(is_pipe_open(rig));
}

static void
let_go_on(FirnCrashRig *rig)
{
    firn_test_guest_do(rig->guest, "cont");
    g_free(firn_test_guest_run(rig->guest, "echo later >/mnt/a/later; sync"));
}

/* The saved RAM would contain data that its disks do not have. */
static void
test_resumed(FirnCrashRig *rig, gconstpointer moment)
{
    g_assert_cmpint(create_with(rig, moment, let_go_on), ==, 5);
    assert_nothing_left(rig);
}

static char *
get_memory_folder(FirnCrashRig *rig)
{
    return g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "memory", NULL);
}

/* Uses up the reserved space. */
static void
take_room(FirnCrashRig *rig)
{
    g_autofree char *folder = get_memory_folder(rig);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autofree char *path = g_build_filename(folder, g_dir_read_name(dir), NULL);

    g_assert_no_errno(truncate(path, 65536));
    g_assert_no_errno(mount("none", folder, NULL, MS_REMOUNT, "size=1m"));
}

/* The file cannot be written further: the job fails, and the guest is not affected. */
static void
test_no_room(FirnCrashRig *rig, gconstpointer moment)
{
    g_autofree char *folder = get_memory_folder(rig);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_no_errno(mount("none", folder, "tmpfs", 0, "size=500m"));
    g_assert_cmpint(create_with(rig, moment, take_room), ==, 7);
    g_free(firn_test_guest_run(rig->guest, "head -c 20000000 /dev/zero >/run/later"));
    assert_nothing_left(rig);
    g_assert_no_errno(umount2(folder, MNT_DETACH));
}

/* firnd is killed and not restarted: a guest whose RAM is not read hangs. */
static void
test_abandoned(FirnCrashRig *rig, gconstpointer moment)
{
    begin_with(rig, moment);
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
    firn_crash_rig_wait_client(rig);
    g_assert_cmpint(firn_test_firnd_thaw_all(rig->firnd), ==, 0);
    g_free(firn_test_guest_run(rig->guest, "head -c 20000000 /dev/zero >/run/later"));
    firn_crash_rig_settle(rig);
    assert_nothing_left(rig);
}

static void
add(const char *path, const Moment *moment, void (*test)(FirnCrashRig *rig, gconstpointer moment))
{
    g_test_add(path, FirnCrashRig, moment, firn_crash_rig_set_up, test, firn_crash_rig_tear_down);
}

static const Moment live_ready = {"live", "memory: QEMU has the pipe"};
static const Moment live_cut = {"live", "cut: after"};
static const Moment live_gate = {"live", "memory: QEMU stands at the gate"};
static const Moment live_standing = {"live", "memory: the guest is paused"};
static const Moment live_protecting = {"live", "memory: RAM is being protected"};
static const Moment live_streaming = {"live", "memory: the guest is resumed"};
static const Moment paused_ready = {"paused", "memory: QEMU has the pipe"};
static const Moment paused_streaming = {"paused", "memory: is streamed"};
static const Moment paused_standing = {"paused", "memory: the guest is paused"};
static const Moment paused_streamed = {"paused", "memory: was streamed"};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    add("/crash/meddling/resized/live", &live_ready, test_resized);
    add("/crash/meddling/resized/paused", &paused_ready, test_resized);
    add("/crash/meddling/resumed/live", &live_cut, test_resumed);
    add("/crash/meddling/resumed/paused", &paused_streaming, test_resumed);
    add("/crash/meddling/no-room/live", &live_ready, test_no_room);
    add("/crash/meddling/no-room/paused", &paused_ready, test_no_room);
    add("/crash/meddling/abandoned/gate", &live_gate, test_abandoned);
    add("/crash/meddling/abandoned/standing", &live_standing, test_abandoned);
    add("/crash/meddling/abandoned/protecting", &live_protecting, test_abandoned);
    add("/crash/meddling/abandoned/streaming", &live_streaming, test_abandoned);
    add("/crash/meddling/abandoned/paused/standing", &paused_standing, test_abandoned);
    add("/crash/meddling/abandoned/paused/streaming", &paused_streaming, test_abandoned);
    add("/crash/meddling/abandoned/paused/streamed", &paused_streamed, test_abandoned);
    return g_test_run();
}
