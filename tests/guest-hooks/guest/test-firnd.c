/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>

#include "hook-guest.h"
#include "vm-rig.h"

typedef struct {
    FirnVmRig vm;
    FirnVmRigOptions options;
    FirnHookGuest hooks;
} Rig;

static void
set_up(Rig *rig, gconstpointer data)
{
    rig->options.with_proxy = TRUE;
    firn_hook_guest_get_options(&rig->hooks, &rig->options.guest);
    firn_vm_rig_set_up(&rig->vm, &rig->options);
    firn_hook_guest_begin(&rig->hooks, rig->vm.guest);
}

static void
tear_down(Rig *rig, gconstpointer data)
{
    firn_vm_rig_tear_down(&rig->vm, &rig->options);
    firn_hook_guest_end(&rig->hooks);
}

static void
wait_expired(Rig *rig)
{
    firn_hook_guest_wait(&rig->hooks, "firn-hook status | grep -q expired");
    g_assert_false(firn_test_guest_is_frozen(rig->vm.guest, "/mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(rig->vm.guest, "/mnt/b"));
}

static void
test_create(Rig *rig, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig->hooks, "10-a", "echo $1 >> /run/log", NULL);
    g_free(firn_vm_rig_create(&rig->vm, 0, NULL));
    firn_vm_rig_assert_tags(&rig->vm, 1);
    firn_hook_guest_do(&rig->hooks, "[ \"$(echo $(cat /run/log))\" = 'prepare freeze thaw' ]");
    firn_hook_guest_assert_report(&rig->hooks, "\"state\": \"thawed\", \"level\": \"fs\"");
}

static void
test_hook_fails(Rig *rig, gconstpointer data)
{
    g_autofree char *errors = NULL;

    firn_hook_guest_write_hook(&rig->hooks, "10-a", "[ $1 != freeze ] || exit 3", NULL);
    errors = firn_vm_rig_create(&rig->vm, 6, NULL);
    g_assert_nonnull(strstr(errors, "hook"));
    firn_vm_rig_assert_tags(&rig->vm, 0);
    firn_vm_rig_assert_well(&rig->vm);
    firn_hook_guest_do(&rig->hooks, "firn-hook status | grep -q idle");
}

static FirnTestVerdict
kill_firnd(const char *line, gpointer rig)
{
    firn_test_firnd_signal(((FirnVmRig *)rig)->firnd, SIGKILL);
    return FIRN_TEST_VERDICT_DROP;
}

/* Nothing of the host comes back before the guest has thawed by itself. */
static void
test_firnd_killed(Rig *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_vm_rig_in_window(&rig->vm, kill_firnd);
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "create", "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, !=, 0);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->vm.firnd), ==, -SIGKILL);
    g_assert_true(firn_test_guest_is_frozen(rig->vm.guest, "/mnt/a"));
    wait_expired(rig);
    firn_test_firnd_start(rig->vm.firnd);
    firn_vm_rig_wait_idle(&rig->vm);
    firn_vm_rig_assert_well(&rig->vm);
    firn_hook_guest_do(&rig->hooks, "firn-hook status | grep -q idle");
    firn_hook_guest_assert_report(&rig->hooks, "\"state\": \"expired\"");
    g_free(firn_vm_rig_create(&rig->vm, 0, NULL));
}

static Rig *slow;

static FirnTestVerdict
hold_cut(const char *line, gpointer rig)
{
    wait_expired(slow);
    return FIRN_TEST_VERDICT_FORWARD;
}

/* firnd sees by the count of its thaw that it was late, although it has heard nothing from the
 * guest. */
static void
test_cut_too_late(Rig *rig, gconstpointer data)
{
    slow = rig;
    firn_vm_rig_in_window(&rig->vm, hold_cut);
    g_free(firn_vm_rig_create(&rig->vm, 6, NULL));
    firn_vm_rig_assert_tags(&rig->vm, 0);
    firn_vm_rig_assert_well(&rig->vm);
}

#define TEST(name, run)                                                                            \
    g_test_add("/guest-hooks/guest/firnd/" name, Rig, NULL, set_up, run, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("create", test_create);
    TEST("hook-fails", test_hook_fails);
    TEST("firnd-killed-in-the-window", test_firnd_killed);
    TEST("cut-after-the-dead-man", test_cut_too_late);
    return g_test_run();
}
