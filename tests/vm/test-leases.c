/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <sys/wait.h>

#include "patience.h"
#include "vm-rig.h"

static const FirnVmRigOptions proxied = {.guest = {.n_disks = 2}, .with_proxy = TRUE};

/* Kills firnd while the guest is frozen and before QEMU gets the cut. */
static FirnTestVerdict
kill_firnd(const char *line, gpointer rig)
{
    firn_test_firnd_signal(((FirnVmRig *)rig)->firnd, SIGKILL);
    return FIRN_TEST_VERDICT_DROP;
}

static void
set_up(FirnVmRig *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_vm_rig_set_up(rig, &proxied);
    firn_vm_rig_in_window(rig, kill_firnd);
    firn_test_firnd_firn(rig->firnd, &outcome, "create", "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, !=, 0);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
    g_assert_true(firn_test_guest_is_frozen(rig->guest, "/mnt/a"));
}

static void
tear_down(FirnVmRig *rig, gconstpointer data)
{
    firn_vm_rig_tear_down(rig, &proxied);
}

static void
wait_until_thawed(FirnVmRig *rig)
{
    gint64 end_us = firn_test_give_up_us();

    while (firn_test_guest_is_frozen(rig->guest, "/mnt/a"))
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_assert_false(firn_test_guest_is_frozen(rig->guest, "/mnt/b"));
}

static guint
count_leases(FirnVmRig *rig)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_runtime_dir(rig->firnd), "leases", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;

    while (dir != NULL && g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

static void
test_restarted(FirnVmRig *rig, gconstpointer data)
{
    g_assert_cmpuint(count_leases(rig), ==, 1);
    firn_test_firnd_start(rig->firnd);
    wait_until_thawed(rig);
    firn_vm_rig_wait_idle(rig);
    g_free(firn_vm_rig_create(rig, 0, NULL));
    g_assert_cmpuint(count_leases(rig), ==, 0);
    firn_vm_rig_assert_tags(rig, 1);
}

static void
test_never_restarted(FirnVmRig *rig, gconstpointer data)
{
    g_assert_cmpint(firn_test_firnd_thaw_all(rig->firnd), ==, 0);
    wait_until_thawed(rig);
    g_assert_cmpuint(count_leases(rig), ==, 0);
    g_assert_cmpint(firn_test_firnd_thaw_all(rig->firnd), ==, 0);
}

/* A lease is kept when the agent does not reply. */
static void
test_no_agent(FirnVmRig *rig, gconstpointer data)
{
    g_free(firn_test_guest_run(rig->guest, "touch /run/no-agent; killall -9 qemu-ga"));
    g_assert_cmpint(firn_test_firnd_thaw_all(rig->firnd), ==, 1);
    g_assert_cmpuint(count_leases(rig), ==, 1);
    g_free(firn_test_guest_run(rig->guest, "rm /run/no-agent"));
    firn_test_firnd_start(rig->firnd);
    wait_until_thawed(rig);
}

/* When the guest is gone, so is its freeze. */
static void
test_guest_gone(FirnVmRig *rig, gconstpointer data)
{
    firn_test_guest_kill(rig->guest);
    g_assert_cmpint(firn_test_firnd_thaw_all(rig->firnd), ==, 0);
    g_assert_cmpuint(count_leases(rig), ==, 0);
}

static void
add(const char *path, void (*test)(FirnVmRig *, gconstpointer))
{
    g_test_add(path, FirnVmRig, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/leases/firnd-killed-in-the-window-and-restarted", test_restarted);
    add("/vm/leases/firnd-killed-in-the-window-for-good", test_never_restarted);
    add("/vm/leases/nobody-answers", test_no_agent);
    add("/vm/leases/guest-gone", test_guest_gone);
    return g_test_run();
}
