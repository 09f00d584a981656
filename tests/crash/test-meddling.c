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
is_image_open(FirnCrashRig *rig)
{
    g_autofree char *folder = g_strdup_printf("/proc/%d/fd", firn_test_guest_get_pid(rig->guest));
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    gboolean is_open = FALSE;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        is_open |= target != NULL && strstr(target, ".save") != NULL;
    }
    return is_open;
}

/* QEMU would keep the file, and all its room on disk, for as long as it runs. */
static void
test_resized(FirnCrashRig *rig, gconstpointer unused)
{
    g_assert_cmpint(create_with(rig, "memory: QEMU has the save image", resize_disk), ==, 5);
    assert_nothing_left(rig);
    g_assert_false(is_image_open(rig));
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
    return g_test_run();
}
