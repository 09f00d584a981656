/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash-victim.h"

#include <gio/gio.h>
#include <signal.h>

#include "libvirtd.h"

/* Longer than a create that must not wait waits for its freeze, and shorter than firnd waits for
 * libvirtd. */
#define DELAY_US (3 * G_USEC_PER_SEC)

static void
go_on(FirnCrashRig *rig)
{
    firn_test_firnd_signal(rig->firnd, SIGCONT);
}

static void
strike_firnd(FirnCrashRig *rig)
{
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
}

static void
strike_qemu(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    firn_test_guest_kill(rig->guest);
    go_on(rig);
}

static void
strike_both(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    firn_test_guest_kill(rig->guest);
    strike_firnd(rig);
}

static void
strike_agent(FirnCrashRig *rig)
{
    g_free(firn_test_guest_run(rig->guest, "killall -9 qemu-ga"));
    go_on(rig);
}

static void
strike_libvirtd(FirnCrashRig *rig)
{
    firn_test_libvirtd_signal(SIGKILL);
    firn_test_libvirtd_wait_end();
    go_on(rig);
    firn_test_libvirtd_start();
    firn_crash_rig_wait_state(rig, "unknown", FALSE);
}

/* firnd gives it up in the meantime. */
static void
strike_libvirtd_for_long(FirnCrashRig *rig)
{
    firn_test_libvirtd_signal(SIGSTOP);
    go_on(rig);
    firn_crash_rig_wait_state(rig, "unknown", TRUE);
    firn_test_libvirtd_signal(SIGCONT);
    firn_crash_rig_wait_state(rig, "unknown", FALSE);
}

/* What firnd sends arrives late. */
static void
delay_libvirtd(FirnCrashRig *rig)
{
    firn_test_libvirtd_signal(SIGSTOP);
    go_on(rig);
    g_usleep(DELAY_US);
    firn_test_libvirtd_signal(SIGCONT);
}

/* What the next firnd sends arrives late, behind what the first one has sent. */
static void
strike_firnd_and_delay_libvirtd(FirnCrashRig *rig)
{
    firn_test_libvirtd_signal(SIGSTOP);
    strike_firnd(rig);
    firn_test_firnd_set_crash_at(rig->firnd, NULL);
    firn_test_firnd_launch(rig->firnd);
    g_usleep(DELAY_US);
    firn_test_libvirtd_signal(SIGCONT);
}

/* A command of another client to an agent that does not answer blocks libvirt's access to the
 * agent. */
static void
delay_agent(FirnCrashRig *rig)
{
    g_autoptr(GSubprocess) virsh = NULL;

    g_free(firn_test_guest_run(rig->guest, "killall -STOP qemu-ga"));
    virsh = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                             NULL,
                             "virsh",
                             "--connect",
                             "qemu:///system",
                             "qemu-agent-command",
                             firn_test_guest_get_uuid(rig->guest),
                             "{\"execute\": \"guest-ping\"}",
                             "--block",
                             NULL);
    g_assert_nonnull(virsh);
    go_on(rig);
    g_usleep(DELAY_US);
    g_free(firn_test_guest_run(rig->guest, "killall -CONT qemu-ga"));
    g_assert_true(g_subprocess_wait(virsh, NULL, NULL));
}

static const FirnCrashVictim victims[] = {
    {"firnd",               strike_firnd,                    FALSE, FALSE},
    {"qemu",                strike_qemu,                     TRUE,  FALSE},
    {"agent",               strike_agent,                    FALSE, TRUE },
    {"both",                strike_both,                     TRUE,  FALSE},
    {"libvirtd",            strike_libvirtd,                 FALSE, FALSE},
    {"libvirtd-for-long",   strike_libvirtd_for_long,        FALSE, FALSE},
    {"late-libvirtd",       delay_libvirtd,                  FALSE, FALSE},
    {"firnd-late-libvirtd", strike_firnd_and_delay_libvirtd, FALSE, FALSE},
    {"late-agent",          delay_agent,                     FALSE, FALSE},
    {NULL,                  NULL,                            FALSE, FALSE},
};

const FirnCrashVictim *
firn_crash_victims(void)
{
    return victims;
}
