/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-thaw-job.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"
#include "vm-lease.h"

/* A guest that another program has frozen. */
typedef struct {
    FirnTestJobRig job;
    guint deadline_ms;
    FirnJob *thaw;
} Fixture;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GError) error = NULL;

    fixture->thaw = firn_guest_thaw_job_start(fixture->job.jobs,
                                              fixture->job.rig.vm,
                                              fixture->deadline_ms,
                                              0,
                                              &error);
    g_assert_no_error(error);
    g_object_ref(fixture->thaw);
    g_signal_connect(fixture->thaw, "completed", G_CALLBACK(on_completed), fixture->job.ended);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    fixture->deadline_ms = FIRN_GUEST_THAW_MS_DEFAULT;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->thaw);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
run(Fixture *fixture)
{
    firn_test_loop_thread_call(start, fixture);
    firn_test_job_rig_end(&fixture->job);
}

static guint
get_thawed(Fixture *fixture)
{
    g_autoptr(GVariant) result = firn_job_dup_result(fixture->thaw);
    guint thawed = G_MAXUINT;

    g_assert_no_error(firn_job_get_error(fixture->thaw));
    g_assert_true(g_variant_lookup(result, "thawed", "u", &thawed));
    return thawed;
}

static void
test_thaws(Fixture *fixture, gconstpointer data)
{
    run(fixture);
    g_assert_cmpuint(get_thawed(fixture), ==, 2);
    g_assert_false(firn_test_fake_agent_is_frozen(fixture->job.rig.agent));
}

/* The agent's status does not know of file systems frozen by hand: the thaw is sent anyway. */
static void
test_not_frozen(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, FALSE);
    firn_test_fake_agent_set_counts(fixture->job.rig.agent, -1, 0);
    run(fixture);
    g_assert_cmpuint(get_thawed(fixture), ==, 0);
    g_assert_cmpuint(firn_test_peer_count(fixture->job.rig.agent_peer, "guest-fsfreeze-thaw"),
                     ==,
                     1);
}

static void
test_deadline(Fixture *fixture, gconstpointer data)
{
    const GError *error;

    fixture->deadline_ms = 200;
    firn_test_peer_when(fixture->job.rig.agent_peer, "guest-fsfreeze-thaw", 0, NULL);
    run(fixture);
    error = firn_job_get_error(fixture->thaw);
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_TIMED_OUT);
    g_assert_nonnull(strstr(error->message, "may still be frozen"));
}

/* The thaw succeeds long after the deadline. */
static void
test_own_freeze(Fixture *fixture, gconstpointer data)
{
    fixture->deadline_ms = 50;
    g_assert_true(firn_vm_lease_take(fixture->job.rig.vm, g_get_real_time(), NULL));
    firn_test_peer_fail(fixture->job.rig.agent_peer, "guest-fsfreeze-thaw", 1, "not yet");
    run(fixture);
    g_assert_cmpuint(get_thawed(fixture), ==, 2);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->job.rig.vm), ==, 0);
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    run(fixture);
    g_assert_error(firn_job_get_error(fixture->thaw),
                   FIRN_HOST_ERROR,
                   FIRN_HOST_ERROR_AGENT_UNAVAILABLE);
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
    add("/job/guest-thaw-job/thaws-what-others-have-frozen", test_thaws);
    add("/job/guest-thaw-job/nothing-was-frozen", test_not_frozen);
    add("/job/guest-thaw-job/deadline", test_deadline);
    add("/job/guest-thaw-job/no-deadline-for-a-freeze-of-its-own", test_own_freeze);
    add("/job/guest-thaw-job/off", test_off);
    return g_test_run();
}
