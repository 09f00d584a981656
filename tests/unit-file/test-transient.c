/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
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

    firn_vm_rig_change_launch(rig, " -device no-such-device");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    firn_test_guest_quit(rig->guest);
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

/* The sandbox of firnd's unit does not apply to a hook, and what it leaves running ends with it. */
static void
test_hook(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *etc = g_path_get_dirname(firn_test_firnd_get_machines_dir(rig->firnd));
    g_autofree char *folder = g_build_filename(etc, "hooks.d", NULL);
    g_autofree char *path = g_build_filename(folder, "10-a", NULL);
    g_autofree char *seen = g_build_filename(etc, "seen", NULL);
    g_autofree char *script = g_strdup_printf("#!/bin/sh\n"
                                              "sleep 600 &\n"
                                              "echo $1 $FIRN_VM $! $(cat /proc/self/cgroup) "
                                              "$(grep NoNewPrivs /proc/self/status) >%s\n"
                                              "[ $1 = before ] || { echo sorry >&2; exit 4; }\n",
                                              seen);
    g_autofree char *text = NULL;
    g_autofree char *said = NULL;
    g_auto(GStrv) words = NULL;

    g_assert_no_errno(g_mkdir(folder, 0755));
    g_assert_true(g_file_set_contents(path, script, -1, NULL));
    g_assert_no_errno(g_chmod(path, 0755));
    said = firn_vm_rig_run(rig, 0, "create web1 s1");
    g_assert_nonnull(strstr(said, "host hook 10-a failed after the job: exit status 4: sorry"));
    g_assert_true(g_file_get_contents(seen, &text, NULL, NULL));
    g_test_message("%s", text);
    g_assert_true(g_str_has_prefix(text, "after web1 "));
    g_assert_nonnull(strstr(text, "/firn-hook-10-a-"));
    g_assert_nonnull(strstr(text, "NoNewPrivs: 0"));
    words = g_strsplit(text, " ", -1);
    g_assert_cmpint(kill(atoi(words[2]), 0), ==, -1);
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
    TEST("host-hook", test_hook);
    return g_test_run();
}
