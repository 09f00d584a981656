/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-job.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"

#define PATIENCE_MS 20000

/* Two holders of one guest, and what they were notified of. */
typedef struct {
    FirnTestJobRig job;
    FirnFreezeLimits limits;
    FirnQuiesceHolder *holders[2];
    GError *refused;
    GAsyncQueue
        *told; /* (element-type utf8) "frozen", "held", or why not; one for each notification */
} Fixture;

static void
on_frozen(FirnQuiesceHolder *holder, gpointer user_data)
{
    g_async_queue_push(user_data, g_strdup("frozen"));
}

static void
on_ended(FirnQuiesceHolder *holder, const FirnQuiesceSessionOutcome *outcome, gpointer user_data)
{
    g_async_queue_push(user_data, g_strdup(outcome->is_held ? "held" : outcome->reason->message));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_freeze_limits_init(&fixture->limits);
    fixture->told = g_async_queue_new_full(g_free);
}

static void
let_all_go(gpointer data)
{
    Fixture *fixture = data;

    g_clear_pointer(&fixture->holders[0], firn_quiesce_holder_free);
    g_clear_pointer(&fixture->holders[1], firn_quiesce_holder_free);
}

static guint
get_job(Fixture *fixture)
{
    return firn_vm_get_job(fixture->job.rig.vm);
}

/* The end of the job reaches the main loop after its notifications. */
static void
wait_idle(Fixture *fixture)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;

    while (get_job(fixture) != 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(1000);
    }
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_all_go, fixture);
    wait_idle(fixture);
    g_async_queue_unref(fixture->told);
    g_clear_error(&fixture->refused);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
hold(Fixture *fixture, guint i)
{
    const FirnQuiesceHolderOwner owner = {1000 + i, 17 + i, on_frozen, on_ended, fixture->told};

    fixture->holders[i] = firn_quiesce_job_hold(fixture->job.jobs,
                                                fixture->job.rig.vm,
                                                &fixture->limits,
                                                &owner,
                                                &fixture->refused);
}

static void
hold_first(gpointer fixture)
{
    hold(fixture, 0);
}

static void
hold_second(gpointer fixture)
{
    hold(fixture, 1);
}

static void
let_go_first(gpointer data)
{
    firn_quiesce_holder_release(((Fixture *)data)->holders[0]);
}

static void
let_go_second(gpointer data)
{
    firn_quiesce_holder_release(((Fixture *)data)->holders[1]);
}

static void
do_in_loop(Fixture *fixture, void (*function)(gpointer))
{
    firn_test_loop_thread_call(function, fixture);
}

static void
assert_told(Fixture *fixture, const char *expected)
{
    g_autofree char *told =
        g_async_queue_timeout_pop(fixture->told, PATIENCE_MS * G_TIME_SPAN_MILLISECOND);

    g_assert_nonnull(told);
    if (strstr(told, expected) == NULL)
        g_error("told \"%s\" instead of \"%s\"", told, expected);
}

static void
assert_frozen(Fixture *fixture)
{
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->job.rig.vm), >, 0);
}

static void
assert_thawed(Fixture *fixture, guint freezes, guint thaws)
{
    wait_idle(fixture);
    firn_test_job_rig_assert_thawed(&fixture->job, freezes, thaws);
    g_assert_false(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
}

static void
hold_frozen(Fixture *fixture)
{
    do_in_loop(fixture, hold_first);
    g_assert_no_error(fixture->refused);
    assert_told(fixture, "frozen");
    assert_frozen(fixture);
}

static void
test_held(Fixture *fixture, gconstpointer data)
{
    hold_frozen(fixture);
    do_in_loop(fixture, let_go_first);
    assert_told(fixture, "held");
    assert_thawed(fixture, 1, 1);
}

static void
test_two(Fixture *fixture, gconstpointer data)
{
    hold_frozen(fixture);
    do_in_loop(fixture, hold_second);
    g_assert_no_error(fixture->refused);
    do_in_loop(fixture, let_go_first);
    assert_frozen(fixture);
    do_in_loop(fixture, let_go_second);
    assert_told(fixture, "held");
    assert_told(fixture, "held");
    assert_thawed(fixture, 1, 1);
}

/* The freeze has not been answered and is no longer needed: the guest is thawed behind it. */
static void
test_gone_while_freezing(Fixture *fixture, gconstpointer data)
{
    FirnTestPeer *agent = fixture->job.rig.agent_peer;

    firn_test_peer_when(agent, "guest-fsfreeze-freeze", 1, NULL);
    do_in_loop(fixture, hold_first);
    g_assert_true(firn_test_peer_wait_count(agent, "guest-fsfreeze-freeze", 1, PATIENCE_MS));
    do_in_loop(fixture, let_all_go);
    assert_thawed(fixture, 1, 1);
}

static void
test_frozen_max(Fixture *fixture, gconstpointer data)
{
    fixture->limits.frozen_max_ms = 50;
    do_in_loop(fixture, hold_first);
    assert_told(fixture, "frozen");
    assert_told(fixture, "50 ms");
    assert_thawed(fixture, 1, 1);
}

static void
test_event(Fixture *fixture, gconstpointer event)
{
    hold_frozen(fixture);
    firn_test_fake_monitor_emit(fixture->job.rig.monitor, event, NULL);
    assert_told(fixture, event);
    wait_idle(fixture);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->job.rig.vm), ==, 0);
}

static void
test_agent_port(Fixture *fixture, gconstpointer data)
{
    hold_frozen(fixture);
    firn_test_fake_monitor_emit(fixture->job.rig.monitor,
                                "VSERPORT_CHANGE",
                                "{\"open\": false, \"id\": \"port1\"}");
    assert_told(fixture, "AGENT_CLOSED");
    assert_thawed(fixture, 1, 1);
}

static void
test_migration(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep active[] = {
        {.text = "{\"id\": $id, \"return\": {\"status\": \"active\"}}\n"},
        {0}};

    hold_frozen(fixture);
    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-migrate", 0, active);
    assert_told(fixture, "migration (active)");
    assert_thawed(fixture, 1, 1);
}

static void
test_no_agent(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_agent(&fixture->job.rig);
    do_in_loop(fixture, hold_first);
    assert_told(fixture, "guest agent");
    wait_idle(fixture);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->job.rig.vm), ==, 0);
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    do_in_loop(fixture, hold_first);
    assert_told(fixture, "the VM is off");
}

/* A freeze by another program is neither taken for firn's nor ended. */
static void
test_foreign(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    do_in_loop(fixture, hold_first);
    assert_told(fixture, "the guest was frozen by another user or program");
    wait_idle(fixture);
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
}

static gboolean
do_nothing(FirnJob *job, gpointer params, GError **error)
{
    return TRUE;
}

static void
keep(gpointer data)
{
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    const FirnJobRequest request = {
        .vm = fixture->job.rig.vm,
        .operation = "other",
        .run = do_nothing,
        .free_params = keep,
    };
    g_autoptr(GError) error = NULL;

    hold_frozen(fixture);
    g_assert_null(firn_test_job_rig_start(&fixture->job, &request, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_nonnull(strstr(error->message, "quiesce, in phase held"));
    g_assert_nonnull(strstr(error->message, "process 17 of uid 1000"));
    assert_frozen(fixture);
}

static void
cancel(gpointer data)
{
    Fixture *fixture = data;

    g_assert_true(firn_job_cancel(firn_jobs_find(fixture->job.jobs, get_job(fixture))));
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    hold_frozen(fixture);
    do_in_loop(fixture, cancel);
    assert_told(fixture, "cancelled");
    assert_thawed(fixture, 1, 1);
}

static gboolean
on_stopped(gpointer ended)
{
    g_async_queue_push(ended, GINT_TO_POINTER(1));
    return G_SOURCE_REMOVE;
}

static void
stop(gpointer data)
{
    Fixture *fixture = data;

    firn_jobs_stop(fixture->job.jobs, on_stopped, fixture->job.ended);
}

static void
test_firnd_stops(Fixture *fixture, gconstpointer data)
{
    hold_frozen(fixture);
    do_in_loop(fixture, stop);
    firn_test_job_rig_end(&fixture->job);
    assert_thawed(fixture, 1, 1);
    assert_told(fixture, "cancelled");
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/quiesce-job/held-until-let-go", NULL, test_held);
    add("/job/quiesce-job/last-of-two-ends-it", NULL, test_two);
    add("/job/quiesce-job/gone-while-freezing", NULL, test_gone_while_freezing);
    add("/job/quiesce-job/frozen-max", NULL, test_frozen_max);
    add("/job/quiesce-job/reset", "RESET", test_event);
    add("/job/quiesce-job/stop", "STOP", test_event);
    add("/job/quiesce-job/agent-closes-its-port", NULL, test_agent_port);
    add("/job/quiesce-job/migration-begins", NULL, test_migration);
    add("/job/quiesce-job/no-agent", NULL, test_no_agent);
    add("/job/quiesce-job/off", NULL, test_off);
    add("/job/quiesce-job/frozen-by-others", NULL, test_foreign);
    add("/job/quiesce-job/other-jobs-learn-who-holds-it", NULL, test_busy);
    add("/job/quiesce-job/cancelled", NULL, test_cancelled);
    add("/job/quiesce-job/firnd-stops", NULL, test_firnd_stops);
    return g_test_run();
}
