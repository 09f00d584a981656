/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze.h"

#include "host-error.h"
#include "job-rig.h"
#include "vm-orders.h"

#define PATIENCE_MS 20000

/* test-create-job.c covers whole snapshots; this one covers single moments. */
typedef struct {
    FirnTestJobRig job;
    FirnEvidence *evidence;
    FirnGuestCheck *check;
    GCancellable *cancellable;
    FirnFreeze *freeze;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnFreezeLimits limits;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_freeze_limits_init(&limits);
    fixture->cancellable = g_cancellable_new();
    fixture->evidence = firn_evidence_new(limits.quiesce);
    fixture->check = firn_guest_check_new(fixture->job.rig.vm, &limits, NULL, fixture->evidence);
    g_assert_true(firn_guest_check_look(fixture->check, NULL));
    firn_guest_check_ask_guest(fixture->check, NULL);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_guest_check_free(fixture->check);
    firn_evidence_free(fixture->evidence);
    g_object_unref(fixture->cancellable);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static gpointer
run(gpointer data)
{
    Fixture *fixture = data;

    fixture->freeze = firn_freeze_begin(fixture->check, fixture->cancellable);
    return NULL;
}

/* Returns once the freeze has been sent to an agent that does not answer. */
static GThread *
begin_unanswered(Fixture *fixture)
{
    FirnTestPeer *agent = fixture->job.rig.agent_peer;
    GThread *thread;

    firn_test_peer_when(agent, "guest-fsfreeze-freeze", 1, NULL);
    thread = g_thread_new("job", run, fixture);
    g_assert_true(firn_test_peer_wait_count(agent, "guest-fsfreeze-freeze", 1, PATIENCE_MS));
    return thread;
}

static void
answer_freeze(Fixture *fixture)
{
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    firn_test_peer_send(fixture->job.rig.agent_peer, "{\"return\": 2}\n");
}

static void
assert_thawed(Fixture *fixture, guint thaws)
{
    firn_freeze_end(fixture->freeze);
    firn_test_job_rig_assert_thawed(&fixture->job, 1, thaws);
    g_assert_false(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
}

static void
test_whole(Fixture *fixture, gconstpointer data)
{
    const FirnEvidence *evidence = fixture->evidence;
    g_autoptr(GError) error = NULL;

    run(fixture);
    g_assert_true(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->job.rig.vm), >, 0);
    assert_thawed(fixture, 1);
    g_assert_cmpuint(evidence->expected, ==, 2);
    g_assert_cmpuint(evidence->frozen, ==, 2);
    g_assert_cmpuint(evidence->thawed, ==, 2);
    g_assert_cmpint(evidence->freeze_sent_us, >, 0);
    g_assert_cmpint(evidence->frozen_us, >=, evidence->freeze_sent_us);
    g_assert_cmpint(evidence->thaw_sent_us, >=, evidence->frozen_us);
    g_assert_cmpint(evidence->thawed_us, >=, evidence->thaw_sent_us);
    g_assert_cmpuint(evidence->interruptions->len, ==, 0);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    GThread *thread = begin_unanswered(fixture);
    g_autoptr(GError) error = NULL;

    g_cancellable_cancel(fixture->cancellable);
    g_thread_join(thread);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_thawed(fixture, 1);
}

/* The bytes of the freeze waited in the port until the agent of the next kernel read them. */
static void
test_reset_before_answer(Fixture *fixture, gconstpointer data)
{
    GThread *thread = begin_unanswered(fixture);

    firn_test_fake_monitor_emit(fixture->job.rig.monitor, "RESET", "{\"guest\": true}");
    firn_test_vm_rig_see_events(&fixture->job.rig);
    answer_freeze(fixture);
    g_thread_join(thread);
    assert_thawed(fixture, 1);
}

/* As libvirt reports it, without the class of the agent's error. */
static void
test_refused_by_frozen_guest(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    firn_test_peer_fail(fixture->job.rig.agent_peer, "guest-fsfreeze-freeze", 1, "disabled");
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_GUEST_FROZEN);
    firn_freeze_end(fixture->freeze);
    firn_test_job_rig_assert_thawed(&fixture->job, 1, 0);
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
}

static FirnVmOrders orders;

static const FirnVmOrders *
get_orders(FirnVm *vm)
{
    return &orders;
}

/* If libvirt carries the call, this may be its own time-out, and firn's freeze may have frozen the
 * guest. */
static void
test_refused_by_libvirt(Fixture *fixture, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    g_autoptr(GError) error = NULL;

    firn_vm_orders_init(&orders, 0);
    klass->get_orders = get_orders;
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    firn_test_peer_fail(fixture->job.rig.agent_peer, "guest-fsfreeze-freeze", 1, "timed out");
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    assert_thawed(fixture, 1);
    klass->get_orders = NULL;
    firn_vm_orders_clear(&orders);
}

static void
test_refused_by_thawed_guest(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(fixture->job.rig.agent_peer, "guest-fsfreeze-freeze", 1, "a hook fails");
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    assert_thawed(fixture, 1);
}

/* The refusal may be of an agent that has frozen the guest, and ended before it could reply. */
static void
test_refused_after_agent_came_and_went(Fixture *fixture, gconstpointer data)
{
    GThread *thread = begin_unanswered(fixture);

    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    firn_test_fake_monitor_emit(fixture->job.rig.monitor,
                                "VSERPORT_CHANGE",
                                "{\"open\": false, \"id\": \"channel0\"}");
    firn_test_vm_rig_see_events(&fixture->job.rig);
    firn_test_peer_send(fixture->job.rig.agent_peer,
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"gone\"}}\n");
    g_thread_join(thread);
    assert_thawed(fixture, 1);
}

static void
test_stopped_before(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_monitor_set_state(fixture->job.rig.monitor, "paused");
    firn_test_fake_monitor_emit(fixture->job.rig.monitor, "STOP", NULL);
    firn_test_vm_rig_wait_state(&fixture->job.rig, FIRN_VM_STATE_PAUSED);
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    firn_freeze_end(fixture->freeze);
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

/* The check was made on a QEMU that has ended in the meantime: no events would come from the new
 * one. */
static void
test_other_qemu(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_hang_up(fixture->job.rig.monitor_peer);
    firn_test_vm_rig_wait_state(&fixture->job.rig, FIRN_VM_STATE_OFF);
    g_assert_true(firn_vm_look(fixture->job.rig.vm, NULL, NULL));
    firn_test_vm_rig_wait_state(&fixture->job.rig, FIRN_VM_STATE_RUNNING);
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    firn_freeze_end(fixture->freeze);
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

/* A guest that is frozen during a migration stays frozen on the destination host. */
static void
test_migration_begins(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep active[] = {
        {.text = "{\"id\": $id, \"return\": {\"status\": \"active\"}}\n"},
        {0}};
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-migrate", 0, active);
    run(fixture);
    g_assert_false(firn_freeze_is_whole(fixture->freeze, &error));
    firn_freeze_end(fixture->freeze);
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

static void
add_migration(Fixture *fixture)
{
    static const FirnTestStep active[] = {
        {.text = "{\"id\": $id, \"return\": {\"status\": \"active\"}}\n"},
        {0}};

    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-migrate", 0, active);
}

/* QEMU has no event for it. */
static void
test_migration_in_window(Fixture *fixture, gconstpointer data)
{
    run(fixture);
    g_assert_true(firn_freeze_is_whole(fixture->freeze, NULL));
    add_migration(fixture);
    assert_thawed(fixture, 1);
    g_assert_cmpuint(fixture->evidence->interruptions->len, ==, 1);
    g_assert_cmpstr(fixture->evidence->interruptions->pdata[0], ==, "migration (active)");
}

static gpointer
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return NULL;
}

static void
test_kept(Fixture *fixture, gconstpointer data)
{
    GThread *thread;

    run(fixture);
    thread = g_thread_new("holder", cancel, fixture->cancellable);
    firn_freeze_keep(fixture->freeze, fixture->cancellable);
    g_thread_join(thread);
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
    assert_thawed(fixture, 1);
    g_assert_cmpuint(fixture->evidence->interruptions->len, ==, 0);
}

static void
test_kept_too_long(Fixture *fixture, gconstpointer data)
{
    fixture->check->limits.frozen_max_ms = 50;
    run(fixture);
    firn_freeze_keep(fixture->freeze, fixture->cancellable);
    assert_thawed(fixture, 1);
}

static void
test_kept_broken(Fixture *fixture, gconstpointer data)
{
    run(fixture);
    add_migration(fixture);
    firn_freeze_keep(fixture->freeze, fixture->cancellable);
    assert_thawed(fixture, 1);
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
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/freeze/whole-window-is-in-the-evidence", test_whole);
    add("/job/freeze/cancelled-while-unanswered", test_cancelled);
    add("/job/freeze/reset-before-the-answer-is-thawed", test_reset_before_answer);
    add("/job/freeze/refused-by-a-frozen-guest-stays-somebody-elses", test_refused_by_frozen_guest);
    add("/job/freeze/refused-by-libvirt-is-thawed", test_refused_by_libvirt);
    add("/job/freeze/refused-by-a-thawed-guest-is-thawed-again", test_refused_by_thawed_guest);
    add("/job/freeze/refused-after-the-agent-came-and-went-is-thawed",
        test_refused_after_agent_came_and_went);
    add("/job/freeze/standing-guest-is-not-frozen", test_stopped_before);
    add("/job/freeze/guest-of-another-qemu-is-not-frozen", test_other_qemu);
    add("/job/freeze/guest-on-the-move-is-not-frozen", test_migration_begins);
    add("/job/freeze/migration-begins-in-the-window", test_migration_in_window);
    add("/job/freeze/kept-until-enough", test_kept);
    add("/job/freeze/kept-no-longer-than-frozen-max", test_kept_too_long);
    add("/job/freeze/kept-until-a-migration-begins", test_kept_broken);
    return g_test_run();
}
