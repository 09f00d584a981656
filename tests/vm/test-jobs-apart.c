/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "patience.h"
#include "vm-rig.h"

#define BUSY         5
#define NOT_QUIESCED 6

static const FirnVmRigOptions proxied = {.guest = {.n_disks = 2}, .with_proxy = TRUE};

/* Delays a cut until the test releases it. */
typedef struct {
    FirnVmRig rig;
    GMutex mutex;
    GCond cond;
    gboolean is_held;
    gboolean may_go;
    gboolean has_cut; /* proxy thread only, like all below */
} Fixture;

static FirnTestVerdict
hold(const char *line, gpointer data)
{
    Fixture *fixture = data;
    gint64 end_us = firn_test_give_up_us();

    g_mutex_lock(&fixture->mutex);
    fixture->is_held = TRUE;
    fixture->has_cut = TRUE;
    g_cond_broadcast(&fixture->cond);
    while (!fixture->may_go && g_cond_wait_until(&fixture->cond, &fixture->mutex, end_us))
        continue;
    g_mutex_unlock(&fixture->mutex);
    return FIRN_TEST_VERDICT_FORWARD;
}

static void
wait_until_held(Fixture *fixture)
{
    gint64 end_us = firn_test_give_up_us();

    g_mutex_lock(&fixture->mutex);
    while (!fixture->is_held)
        g_assert_true(g_cond_wait_until(&fixture->cond, &fixture->mutex, end_us));
    g_mutex_unlock(&fixture->mutex);
}

static void
let_go(Fixture *fixture)
{
    g_mutex_lock(&fixture->mutex);
    fixture->may_go = TRUE;
    g_cond_broadcast(&fixture->cond);
    g_mutex_unlock(&fixture->mutex);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_mutex_init(&fixture->mutex);
    g_cond_init(&fixture->cond);
    firn_vm_rig_set_up(&fixture->rig, &proxied);
    firn_test_proxy_on_request(fixture->rig.monitor, "\"transaction\"", 1, hold, fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    let_go(fixture);
    firn_vm_rig_tear_down(&fixture->rig, &proxied);
    g_mutex_clear(&fixture->mutex);
    g_cond_clear(&fixture->cond);
}

static void
end_client(GPid pid, int number)
{
    kill(pid, number);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
test_client_dies(Fixture *fixture, gconstpointer data)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;
    g_auto(FirnTestOutcome) outcome = {0};
    GPid second;
    int status;
    GPid first = firn_test_firnd_spawn(firnd, "create", "web1", "s1", "--frozen-max=60", NULL);

    wait_until_held(fixture);
    end_client(first, SIGKILL);
    second = firn_test_firnd_spawn(firnd, "job", "1", "--wait", NULL);
    firn_test_firnd_firn(firnd, &outcome, "jobs", NULL);
    g_assert_nonnull(strstr(outcome.out, "create"));
    let_go(fixture);
    g_assert_cmpint(waitpid(second, &status, 0), ==, second);
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    firn_vm_rig_assert_verdict(&fixture->rig, "filesystem", "GuestAgent");
    firn_vm_rig_assert_well(&fixture->rig);
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;
    g_auto(FirnTestOutcome) create = {0};
    g_auto(FirnTestOutcome) delete = {0};
    GPid first = firn_test_firnd_spawn(firnd, "create", "web1", "s1", "--frozen-max=60", NULL);

    wait_until_held(fixture);
    firn_test_firnd_firn(firnd, &create, "create", "web1", "s2", NULL);
    firn_test_firnd_firn(firnd, &delete, "delete", "web1", "--all", "--yes", NULL);
    g_assert_cmpint(create.status, ==, BUSY);
    g_assert_cmpint(delete.status, ==, BUSY);
    g_assert_nonnull(strstr(create.err, "job 1"));
    g_assert_nonnull(strstr(delete.err, "job 1"));
    let_go(fixture);
    g_assert_cmpint(waitpid(first, NULL, 0), ==, first);
    firn_vm_rig_assert_tags(&fixture->rig, 1);
}

static void
test_stopped_in_the_window(Fixture *fixture, gconstpointer data)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;
    GPid first = firn_test_firnd_spawn(firnd, "create", "web1", "s1", "--frozen-max=60", NULL);

    wait_until_held(fixture);
    firn_test_firnd_signal(firnd, SIGTERM);
    let_go(fixture);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd), ==, 0);
    end_client(first, SIGKILL);
    g_assert_false(firn_test_guest_is_frozen(fixture->rig.guest, "/mnt/a"));
    firn_test_firnd_start(firnd);
    firn_vm_rig_assert_verdict(&fixture->rig, "filesystem", "GuestAgent");
}

static void
test_qemu_ends_in_the_window(Fixture *fixture, gconstpointer data)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;
    g_auto(FirnTestOutcome) outcome = {0};
    GPid first = firn_test_firnd_spawn(firnd, "create", "web1", "s1", "--frozen-max=60", NULL);
    int status;

    wait_until_held(fixture);
    firn_test_guest_kill(fixture->rig.guest);
    let_go(fixture);
    g_assert_cmpint(waitpid(first, &status, 0), ==, first);
    g_assert_cmpint(WEXITSTATUS(status), !=, 0);
    firn_vm_rig_assert_tags(&fixture->rig, 0);
    firn_test_firnd_firn(firnd, &outcome, "create", "web1", "s2", "--quiesce=try", NULL);
    g_assert_cmpint(outcome.status, ==, NOT_QUIESCED);
}

static FirnTestVerdict
end_qemu_after_cut(const char *line, gpointer data)
{
    Fixture *fixture = data;

    if (fixture->has_cut)
        firn_test_guest_kill(fixture->rig.guest);
    return FIRN_TEST_VERDICT_FORWARD;
}

/* The reply to the cut is the first one after it. */
static void
test_qemu_ends_after_the_cut(Fixture *fixture, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    let_go(fixture);
    firn_test_proxy_on_reply(fixture->rig.monitor, "\"return\"", 0, end_qemu_after_cut, fixture);
    g_free(firn_vm_rig_create(&fixture->rig, NOT_QUIESCED, NULL));
    firn_vm_rig_assert_tags(&fixture->rig, 0);
    firn_test_firnd_firn(fixture->rig.firnd, &outcome, "show", "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, !=, 0);
}

static void
test_qemu_ends_after_the_cut_try(Fixture *fixture, gconstpointer data)
{
    let_go(fixture);
    firn_test_proxy_on_reply(fixture->rig.monitor, "\"return\"", 0, end_qemu_after_cut, fixture);
    g_free(firn_vm_rig_create(&fixture->rig, NOT_QUIESCED, "--quiesce=try", NULL));
    firn_vm_rig_assert_verdict(&fixture->rig, "crash", "QuiesceExpired");
    firn_vm_rig_assert_tags(&fixture->rig, 1);
}

/* The first query of the disks after the cut asks whether they have it. */
static void
test_qemu_ends_after_the_thaw(Fixture *fixture, gconstpointer data)
{
    let_go(fixture);
    firn_test_proxy_on_request(fixture->rig.monitor,
                               "\"query-block\"",
                               0,
                               end_qemu_after_cut,
                               fixture);
    g_free(firn_vm_rig_create(&fixture->rig, 0, NULL));
    firn_vm_rig_assert_verdict(&fixture->rig, "filesystem", "GuestAgent");
    firn_vm_rig_assert_tags(&fixture->rig, 1);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/jobs-apart/a-client-that-dies-does-not-end-its-job", test_client_dies);
    add("/vm/jobs-apart/a-second-job-is-refused-and-told-of-the-first", test_busy);
    add("/vm/jobs-apart/firnd-is-stopped-in-the-window", test_stopped_in_the_window);
    add("/vm/jobs-apart/qemu-ends-in-the-window", test_qemu_ends_in_the_window);
    add("/vm/jobs-apart/qemu-ends-after-the-cut/require", test_qemu_ends_after_the_cut);
    add("/vm/jobs-apart/qemu-ends-after-the-cut/try", test_qemu_ends_after_the_cut_try);
    add("/vm/jobs-apart/qemu-ends-after-the-thaw", test_qemu_ends_after_the_thaw);
    return g_test_run();
}
