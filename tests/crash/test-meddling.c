/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What others do to a VM while firn takes its RAM. */
#include <signal.h>
#include <string.h>

#include "crash-rig.h"

/* Plays the scene while firnd stands at the step; the exit status of firn. */
static int
create_with(FirnCrashRig *rig, const char *step, void (*scene)(FirnCrashRig *rig))
{
    g_autofree char *reached = NULL;

    firn_crash_rig_do(rig, "policy web1 set allow-memory=yes");
    firn_crash_rig_begin(rig, step, "create web1 s1 --memory=live");
    reached = firn_crash_rig_wait_step(rig);
    g_assert_cmpstr(reached, ==, step);
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
test_resized(FirnCrashRig *rig, gconstpointer unused)
{
    g_assert_cmpint(create_with(rig, "memory: QEMU has the pipe", resize_disk), ==, 5);
    assert_nothing_left(rig);
    g_assert_false(is_pipe_open(rig));
}

static void
let_go_on(FirnCrashRig *rig)
{
    firn_test_guest_do(rig->guest, "cont");
    g_free(firn_test_guest_run(rig->guest, "echo later >/mnt/a/later; sync"));
}

/* RAM would know of what its disks have not. */
static void
test_resumed(FirnCrashRig *rig, gconstpointer unused)
{
    g_assert_cmpint(create_with(rig, "cut: after", let_go_on), ==, 5);
    assert_nothing_left(rig);
}

static void
thaw_all(FirnCrashRig *rig)
{
    g_autofree char *option =
        g_strconcat("--runtime-dir=", firn_test_firnd_get_runtime_dir(rig->firnd), NULL);
    char *words[] = {(char *)g_getenv("FIRN_THAW_ALL"), option, NULL};
    g_autoptr(GError) error = NULL;
    int status = -1;

    g_spawn_sync(NULL, words, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}

/* firnd is killed, and none comes after it: RAM that nobody takes lets the guest hang. */
static void
test_abandoned(FirnCrashRig *rig, gconstpointer step)
{
    g_autofree char *name = NULL;

    firn_crash_rig_do(rig, "policy web1 set allow-memory=yes");
    firn_crash_rig_begin(rig, step, "create web1 s1 --memory=live");
    name = firn_crash_rig_wait_step(rig);
    g_assert_nonnull(name);
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
    firn_crash_rig_wait_client(rig);
    thaw_all(rig);
    g_free(firn_test_guest_run(rig->guest, "head -c 20000000 /dev/urandom >/run/later"));
    firn_crash_rig_settle(rig);
    assert_nothing_left(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    g_test_add("/crash/meddling/resized",
               FirnCrashRig,
               NULL,
               firn_crash_rig_set_up,
               test_resized,
               firn_crash_rig_tear_down);
    g_test_add("/crash/meddling/resumed",
               FirnCrashRig,
               NULL,
               firn_crash_rig_set_up,
               test_resumed,
               firn_crash_rig_tear_down);
    g_test_add("/crash/meddling/abandoned/gate",
               FirnCrashRig,
               "memory: QEMU stands at the gate",
               firn_crash_rig_set_up,
               test_abandoned,
               firn_crash_rig_tear_down);
    g_test_add("/crash/meddling/abandoned/standing",
               FirnCrashRig,
               "memory: the guest stands still",
               firn_crash_rig_set_up,
               test_abandoned,
               firn_crash_rig_tear_down);
    g_test_add("/crash/meddling/abandoned/streaming",
               FirnCrashRig,
               "memory: the guest goes on",
               firn_crash_rig_set_up,
               test_abandoned,
               firn_crash_rig_tear_down);
    return g_test_run();
}
