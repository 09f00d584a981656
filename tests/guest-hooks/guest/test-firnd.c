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

/* Whose agent permits no file commands, like that of Fedora and RHEL: firnd cannot ask for its own
 * time, and gets no report. */
static const char without_files[] = "firn.agentargs=-F/bin/firn-hook,-b,guest-file-open";

static void
set_up(Rig *rig, gconstpointer words)
{
    rig->options.with_proxy = TRUE;
    firn_hook_guest_get_options(&rig->hooks, &rig->options.guest);
    if (words != NULL)
        rig->options.guest.words = words;
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
    firn_vm_rig_assert_verdict(&rig->vm, "filesystem", "GuestAgent");
}

/* The host has the report, and calls the snapshot what the guest's hook proves. */
static void
test_application(Rig *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_hook_guest_write_hook(&rig->hooks, "10-a", "echo FIRN-DATA lsn=0/42", "Level=app");
    g_free(firn_vm_rig_create(&rig->vm, 0, NULL));
    firn_vm_rig_assert_verdict(&rig->vm, "application", "GuestAgent");
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "show", "web1", "s1", "--guest-report", NULL);
    g_assert_nonnull(strstr(outcome.out, "thawed, app\n"));
    g_assert_nonnull(strstr(outcome.out, "10-a: lsn=0/42\n"));
    g_assert_nonnull(strstr(outcome.out, "thawed itself after 35 s\n"));
}

/* What cannot be asked for is not claimed. */
static void
test_without_files(Rig *rig, gconstpointer data)
{
    firn_hook_guest_write_hook(&rig->hooks, "10-a", "true", "Level=app");
    g_free(firn_vm_rig_create(&rig->vm, 0, NULL));
    firn_hook_guest_assert_report(&rig->hooks, "\"level\": \"app\"");
    firn_vm_rig_assert_verdict(&rig->vm, "filesystem", "GuestAgent");
}

/* A port shows it nevertheless, also after a conversation that ended early. */
static void
test_port(Rig *rig, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_hook_guest_start_port(&rig->hooks);
    firn_hook_guest_write_hook(&rig->hooks, "10-a", "echo FIRN-DATA lsn=0/42", "Level=app");
    g_free(firn_vm_rig_create(&rig->vm, 0, NULL));
    firn_vm_rig_assert_verdict(&rig->vm, "application", "GuestAgent");
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "show", "web1", "s1", "--guest-report", NULL);
    g_assert_nonnull(strstr(outcome.out, "10-a: lsn=0/42\n"));
    g_assert_nonnull(strstr(outcome.out, "thawed itself after 35 s\n"));
    g_free(firn_vm_rig_run(&rig->vm, 0, "delete web1 s1 --yes"));
}

static void
test_hook_fails(Rig *rig, gconstpointer data)
{
    g_autofree char *errors = NULL;

    firn_hook_guest_write_hook(&rig->hooks, "10-a", "[ $1 != freeze ] || exit 3", NULL);
    errors = firn_vm_rig_create(&rig->vm, 6, NULL);
    g_assert_nonnull(strstr(errors, "hook 10-a failed in phase freeze: exit status 3"));
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
    firn_test_firnd_firn(rig->vm.firnd, &outcome, "create", "web1", "s1", "--frozen-max=1", NULL);
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

/* The same snapshot is kept if that was asked for, and its label says so. */
static void
test_kept_although_late(Rig *rig, gconstpointer data)
{
    slow = rig;
    firn_vm_rig_in_window(&rig->vm, hold_cut);
    g_free(firn_vm_rig_create(&rig->vm, 6, "--quiesce=try", NULL));
    firn_vm_rig_assert_tags(&rig->vm, 1);
    firn_vm_rig_assert_verdict(&rig->vm, "crash", "QuiesceExpired");
    firn_vm_rig_assert_well(&rig->vm);
}

#define TEST(name, words, run)                                                                     \
    g_test_add("/guest-hooks/guest/firnd/" name, Rig, words, set_up, run, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("create", NULL, test_create);
    TEST("application", NULL, test_application);
    TEST("without-file-commands", without_files, test_without_files);
    TEST("port", without_files, test_port);
    TEST("hook-fails", NULL, test_hook_fails);
    TEST("firnd-killed-in-the-window", NULL, test_firnd_killed);
    TEST("cut-after-the-dead-man", without_files, test_cut_too_late);
    TEST("kept-although-cut-after-the-dead-man", without_files, test_kept_although_late);
    return g_test_run();
}
