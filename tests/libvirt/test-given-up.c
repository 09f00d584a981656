/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A freeze is abandoned while libvirt has not executed it yet, and takes effect later. */
#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "crash-rig.h"
#include "domain.h"
#include "libvirtd.h"
#include "patience.h"

#define LOOK_AGAIN_US (50 * 1000)
#define STEP          "freeze: before"
#define CREATE        "create web1 s1 --freeze-wait=1"

/* One guest for all tests: each leaves it running and thawed. */
static FirnCrashRig rig;

static void
begin(void)
{
    g_autofree char *step = NULL;

    g_assert_true(firn_crash_rig_begin(&rig, STEP, CREATE));
    step = firn_crash_rig_wait_step(&rig);
    g_assert_cmpstr(step, ==, STEP);
}

static void
go_on(void)
{
    firn_test_firnd_signal(rig.firnd, SIGCONT);
}

static void
wait_for_log(const char *words)
{
    gint64 end_us = firn_test_give_up_us();

    for (;;) {
        g_autofree char *log = firn_test_firnd_dup_log(rig.firnd);

        if (strstr(log, words) != NULL)
            return;
        if (g_get_monotonic_time() > end_us)
            g_error("firnd does not say \"%s\" but: %s", words, log);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
assert_well(void)
{
    g_assert_cmpint(firn_crash_rig_wait_client(&rig), !=, 0);
    firn_crash_rig_settle(&rig);
    firn_crash_rig_assert_promises(&rig);
    g_assert_cmpuint(firn_crash_rig_count(&rig), ==, 0);
}

/* Another client's command to a stopped agent keeps libvirt busy with the agent; the freeze waits
 * in libvirtd, and the thaw behind the freeze. */
static void
test_busy_agent(void)
{
    g_autoptr(GSubprocess) virsh = NULL;

    begin();
    g_free(firn_test_guest_run(rig.guest, "killall -STOP qemu-ga"));
    virsh = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                             NULL,
                             "virsh",
                             "--connect",
                             "qemu:///system",
                             "qemu-agent-command",
                             firn_test_guest_get_uuid(rig.guest),
                             "{\"execute\": \"guest-ping\"}",
                             "--block",
                             NULL);
    g_assert_nonnull(virsh);
    go_on();
    wait_for_log("may still be frozen");
    g_free(firn_test_guest_run(rig.guest, "killall -CONT qemu-ga"));
    g_assert_true(g_subprocess_wait(virsh, NULL, NULL));
    assert_well();
}

/* libvirtd reads the freeze long after its caller has abandoned it. */
static void
test_stopped_libvirtd(void)
{
    begin();
    firn_test_libvirtd_signal(SIGSTOP);
    go_on();
    wait_for_log("may still be frozen");
    firn_test_libvirtd_signal(SIGCONT);
    assert_well();
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/given-up/freeze-behind-a-busy-agent", test_busy_agent);
    g_test_add_func("/libvirt/given-up/freeze-in-a-stopped-libvirtd", test_stopped_libvirtd);
    firn_crash_rig_set_up(&rig, NULL);
    status = g_test_run();
    firn_crash_rig_tear_down(&rig, NULL);
    return status;
}
