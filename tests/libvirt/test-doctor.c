/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What firn doctor reports about real domains and their libvirt. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "domain.h"
#include "libvirtd.h"
#include "patience.h"
#include "vm-rig.h"
#include "wire.h"

#define HOOK          "/etc/libvirt/hooks/qemu.d/50-firn"
#define LOOK_AGAIN_US (50 * 1000)

static const FirnVmRigOptions with_hook = {
    .guest = {.n_disks = 2, .words = "firn.hook"}
};
static const FirnVmRigOptions switched_off = {
    .guest = {.n_disks = 2, .words = "firn.agentargs=-b,guest-fsfreeze-freeze"},
};
static const FirnVmRigOptions without_channel = {
    .guest = {.n_disks = 2, .without_agent_channel = TRUE},
};
static const FirnVmRigOptions raw = {
    .guest = {.n_disks = 2, .disk_format = "raw"}
};
static const FirnVmRigOptions overlay = {
    .guest = {.n_disks = 2, .with_backing = TRUE}
};

/* Returns its output; columns are separated by one space. */
static char *
doctor(FirnVmRig *rig, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_autoptr(GRegex) gaps = g_regex_new(" {2,}", 0, 0, NULL);

    firn_test_firnd_line(rig->firnd, &outcome, line);
    if (outcome.status != status)
        g_error("%s: %d: %s%s", line, outcome.status, outcome.out, outcome.err);
    return g_regex_replace_literal(gaps, outcome.out, -1, 0, " ", 0, NULL);
}

static void
assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("no \"%s\" in:\n%s", part, text);
}

static void
test_well(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 0, "doctor web1");

    assert_says(text, " ok libvirt (qemu:///system) libvirt ");
    assert_says(text, " ok monitor answers\n");
    assert_says(text, " ok guest agent version ");
    assert_says(text, " ok disk vda 64.0 MiB, ");
    assert_says(text, " ok agent channel the domain has one\n");
    assert_says(text, " ok snapshot would be consistent\n");
    assert_says(text, " free for disk vda, disk vdb\n");
    assert_says(text, " ok libvirt's hook " HOOK " is installed, and libvirt calls it\n");
}

/* with-libvirtd has installed one; any file will do. */
static void
put_hook(void)
{
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents("/etc/libvirt/hooks/qemu.d", 0755);
    g_file_set_contents_full(HOOK, "#!/bin/sh\n", -1, G_FILE_SET_CONTENTS_NONE, 0755, &error);
    g_assert_no_error(error);
}

static void
wait_for(FirnVmRig *rig, const char *line, const char *part)
{
    gint64 deadline_us = firn_test_give_up_us();

    for (;;) {
        g_auto(FirnTestOutcome) outcome = {0};

        firn_test_firnd_line(rig->firnd, &outcome, line);
        if (strstr(outcome.out, part) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
test_hook(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *missing = NULL;
    g_autofree char *unseen = NULL;
    g_autofree char *active = NULL;

    g_assert_cmpint(g_unlink(HOOK), ==, 0);
    missing = doctor(rig, 0, "doctor");
    assert_says(missing, " warning libvirt's hook " HOOK " does not exist");
    put_hook();
    unseen = doctor(rig, 0, "doctor");
    assert_says(unseen, " warning libvirt's hook " HOOK " was installed after libvirt was started");
    firn_test_libvirtd_signal(SIGTERM);
    firn_test_libvirtd_wait_end();
    firn_test_libvirtd_start();
    wait_for(rig, "status web1", "running");
    active = doctor(rig, 0, "doctor");
    assert_says(active, " ok libvirt's hook " HOOK " is installed, and libvirt calls it\n");
}

static void
test_freeze(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 0, "doctor web1 --freeze");
    g_autofree char *list = doctor(rig, 0, "list web1");

    assert_says(text, " ok freeze 2 of 2 file systems: ");
    assert_says(text, "/mnt/a (ext4)");
    assert_says(text, " ok thaw 2 file systems, ");
    assert_says(text, " ok hooks the agent reports no failed hook\n");
    g_assert_cmpstr(list, ==, "");
    firn_vm_rig_assert_well(rig);
}

static void
test_pending(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = NULL;
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig->firnd, &outcome, "create web1 s1");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_cmpint(firn_test_domain_virsh(NULL, "setmaxmem", "web1", "300MiB", "--config", NULL),
                    ==,
                    0);
    text = doctor(rig, 0, "doctor web1 -q");
    assert_says(text, " warning configuration differs from snapshot s1: memory 256 MiB -> 300");
    assert_says(text, " warning next start memory 256 MiB -> 300 MiB\n");
}

/* What udev and systemd usually do when the port appears. */
#define START_AGENT                                                                                \
    "until name=$(grep -l org.qemu.guest_agent.0 /sys/class/virtio-ports/*/name); do sleep 0.1; "  \
    "done; port=${name%/name}; mkdir -p /run/qemu; exec qemu-ga -d -m virtio-serial "              \
    "-p /dev/${port##*/} -t /run/qemu -l /run/qemu-ga.log -f /run/qemu-ga.pid"

/* The remedy is a shell command. */
static void
test_channel(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 1, "doctor web1");
    const char *begin = strstr(text, "-> echo ");
    g_autofree char *line = NULL;
    g_autofree char *well = NULL;
    int status = 0;

    assert_says(text, " error agent channel the domain has none, so its guest cannot be frozen\n");
    g_assert_nonnull(begin);
    line = g_strndup(begin + 3, strcspn(begin + 3, "\n"));
    g_assert_true(g_str_has_suffix(line, " --live"));
    g_assert_true(g_spawn_sync(NULL,
                               (char *[]){(char *)"sh", (char *)"-c", line, NULL},
                               NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                               NULL,
                               NULL,
                               NULL,
                               NULL,
                               &status,
                               NULL));
    g_assert_cmpint(status, ==, 0);
    g_free(firn_test_guest_run(rig->guest, START_AGENT));
    wait_for(rig, "doctor web1", "would be consistent");
}

static void
test_guest_hook(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = NULL;

    firn_test_guest_write_file(rig->guest, "/run/hook.sh", "[ $1 = thaw ] || exit 1\n");
    text = doctor(rig, 1, "doctor web1 --freeze -q");
    assert_says(text, "fsfreeze hook");
    assert_says(text, " -> check the hooks in the guest");
    firn_vm_rig_assert_well(rig);
}

static void
test_switched_off(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 1, "doctor web1 -q");

    assert_says(
        text,
        " error guest agent guest-fsfreeze-freeze: disabled in the agent's configuration\n");
    assert_says(text,
                " -> allow it in the guest (block-rpcs or allow-rpcs in /etc/qemu/qemu-ga.conf");
}

static void
test_raw(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 1, "doctor web1");

    assert_says(text, " error disk vda its format is raw; only qcow2 images can hold snapshots\n");
    assert_says(text, " -> convert it with \"qemu-img convert -O qcow2\" while the VM is off");
}

static void
test_overlay(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = doctor(rig, 1, "doctor web1");

    assert_says(text, " error disk vda its image ");
    assert_says(text, " is an overlay on ");
    assert_says(text, "virsh blockcommit web1 vda --active --pivot");
}

/* Reports it in time, and still reports what it knows without libvirt. */
static void
test_libvirt_hangs(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = NULL;

    firn_test_libvirtd_signal(SIGSTOP);
    text = doctor(rig, 1, "doctor web1");
    firn_test_libvirtd_signal(SIGCONT);
    assert_says(text, " ok catalogue is readable\n");
    assert_says(text, " error libvirt did not answer within 5 s\n");
    wait_for(rig, "status web1", "running");
}

static void
test_libvirt_away(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *text = NULL;

    firn_test_libvirtd_signal(SIGTERM);
    firn_test_libvirtd_wait_end();
    wait_for(rig, "status web1", "unknown");
    text = doctor(rig, 1, "doctor");
    assert_says(text, " error libvirt (qemu:///system) ");
    assert_says(text, " -> start libvirt: systemctl start libvirtd");
    firn_test_libvirtd_start();
    wait_for(rig, "status web1", "running");
}

static void
add(const char *name, const FirnVmRigOptions *options, void (*test)(FirnVmRig *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/libvirt/doctor/", name, NULL);

    g_test_add(path, FirnVmRig, options, firn_vm_rig_set_up, test, firn_vm_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("well", NULL, test_well);
    add("hook", NULL, test_hook);
    add("freeze", NULL, test_freeze);
    add("pending", NULL, test_pending);
    add("no-channel", &without_channel, test_channel);
    add("guest-hook", &with_hook, test_guest_hook);
    add("switched-off", &switched_off, test_switched_off);
    add("raw", &raw, test_raw);
    add("overlay", &overlay, test_overlay);
    add("libvirt-hangs", NULL, test_libvirt_hangs);
    add("libvirt-away", NULL, test_libvirt_away);
    return g_test_run();
}
