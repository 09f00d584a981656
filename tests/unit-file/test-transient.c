/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>

#include "systemd.h"
#include "vm-rig.h"

#define STOP "--stop --grace=1s"

static char *
read_cgroups(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/cgroup", pid);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
go_back(FirnVmRig *rig)
{
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 " STOP));
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_ready(rig->guest);
}

/* The end of firnd, and its limits, do not affect QEMU. */
static void
test_apart(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *of_qemu = NULL;
    g_autofree char *of_firnd = read_cgroups(firn_test_firnd_get_pid(rig->firnd));

    go_back(rig);
    of_qemu = read_cgroups(firn_test_guest_get_pid(rig->guest));
    g_assert_nonnull(strstr(of_qemu, "machine.slice/firn-qemu-web1-"));
    g_assert_null(strstr(of_firnd, "machine.slice"));
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
    g_assert_true(firn_test_guest_is_running(rig->guest));
    firn_test_firnd_start(rig->firnd);
    firn_vm_rig_wait_idle(rig);
    firn_vm_rig_assert_well(rig);
}

/* The error is QEMU's own message, from the journal. */
static void
test_complaint(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    firn_test_guest_quit(rig->guest);
    firn_vm_rig_change_launch(rig, " -device no-such-device");
    said = firn_vm_rig_run(rig, 1, "restore web1 s1 --running");
    g_assert_nonnull(strstr(said, "'no-such-device' is not a valid device model name"));
}

/* A command that daemonizes its QEMU exits successfully, and QEMU keeps running. */
static void
test_background(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *more =
        g_strconcat(" -daemonize -pidfile ", firn_test_guest_get_path(rig->guest, "pid"), NULL);
    g_autofree char *of_qemu = NULL;

    firn_vm_rig_change_launch(rig, more);
    go_back(rig);
    of_qemu = read_cgroups(firn_test_guest_get_pid(rig->guest));
    g_assert_nonnull(strstr(of_qemu, "machine.slice/firn-qemu-web1-"));
    firn_vm_rig_assert_well(rig);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/unit-file/transient/" topic,                                                      \
               FirnVmRig,                                                                          \
               NULL,                                                                               \
               firn_vm_rig_set_up,                                                                 \
               function,                                                                           \
               firn_vm_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    g_assert_true(firn_test_systemd_is_wanted());
    TEST("apart", test_apart);
    TEST("complaint", test_complaint);
    TEST("background", test_background);
    return g_test_run();
}
