/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job.h"

#include <poll.h>

#include "host-error.h"
#include "job-rig.h"

/* What a job under test shares with its test. */
typedef struct {
    FirnTestJobRig job;
    GAsyncQueue *words;  /* what the job tells the test */
    GAsyncQueue *orders; /* what the test tells the job */
    gint changes;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    fixture->words = g_async_queue_new();
    fixture->orders = g_async_queue_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    g_async_queue_unref(fixture->words);
    g_async_queue_unref(fixture->orders);
}

static void
keep(gpointer params)
{
}

static FirnJob *
start(Fixture *fixture, FirnJobFunc run)
{
    const FirnJobRequest request =
        {fixture->job.rig.vm, "test", run, fixture, keep, .started_by = 1000};
    g_autoptr(GError) error = NULL;
    FirnJob *job = firn_test_job_rig_start(&fixture->job, &request, &error);

    g_assert_no_error(error);
    return job;
}

static FirnJob *
run_to_end(Fixture *fixture, FirnJobFunc run)
{
    FirnJob *job = start(fixture, run);

    firn_test_job_rig_end(&fixture->job);
    return job;
}

static void
say(GAsyncQueue *queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

static void
hear(GAsyncQueue *queue)
{
    g_assert_nonnull(g_async_queue_timeout_pop(queue, 10 * G_USEC_PER_SEC));
}

/* Returns whether it was cancelled in that time. */
static gboolean
wait_for_cancel(FirnJob *job, int ms)
{
    GPollFD poll = {0};
    gboolean is_cancelled;

    g_assert_true(g_cancellable_make_pollfd(firn_job_get_cancellable(job), &poll));
    is_cancelled = g_poll(&poll, 1, ms) > 0;
    g_cancellable_release_fd(firn_job_get_cancellable(job));
    return is_cancelled;
}

static gboolean
succeed(FirnJob *job, gpointer data, GError **error)
{
    firn_job_enter(job, "first", 0.25);
    firn_job_set_result(job, "answer", g_variant_new_uint32(42));
    return TRUE;
}

static void
test_completes(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, succeed);
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_autoptr(GVariant) again = firn_job_dup_result(job);
    guint answer = 0;

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
    g_assert_no_error(firn_job_get_error(job));
    g_assert_cmpfloat(firn_job_get_progress(job), ==, 1.0);
    g_assert_cmpint(firn_job_get_finished_us(job), >=, firn_job_get_started_us(job));
    g_assert_cmpuint(firn_job_get_started_by(job), ==, 1000);
    g_assert_cmpstr(firn_job_get_operation(job), ==, "test");
    g_assert_cmpuint(firn_vm_get_job(fixture->job.rig.vm), ==, 0);
    g_assert_true(g_variant_lookup(result, "answer", "u", &answer));
    g_assert_cmpuint(answer, ==, 42);
    g_assert_true(g_variant_equal(result, again));
}

static void
assert_carried(FirnJob *job, guint64 done_bytes, guint64 total_bytes)
{
    FirnTransfer transfer;

    firn_job_get_transfer(job, &transfer);
    g_assert_cmpuint(transfer.done_bytes, ==, done_bytes);
    g_assert_cmpuint(transfer.total_bytes, ==, total_bytes);
}

static gboolean
carry(FirnJob *job, gpointer data, GError **error)
{
    firn_job_enter(job, "memory", 0.25);
    assert_carried(job, 0, 0);
    firn_job_tell_bytes(job, 10, 100);
    firn_job_enter(job, "memory", 0.3);
    assert_carried(job, 10, 100);
    firn_job_enter(job, "record", 0.9);
    assert_carried(job, 0, 0);
    return TRUE;
}

/* A transfer belongs to its phase. */
static void
test_carries(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, carry);

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
}

static gboolean
fail(FirnJob *job, gpointer data, GError **error)
{
    firn_job_enter(job, "second", 0.5);
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NO_SPACE, "full");
    return FALSE;
}

static void
test_fails(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, fail);

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_NO_SPACE);
    g_assert_cmpstr(firn_job_get_phase(job), ==, "second");
    g_assert_cmpfloat(firn_job_get_progress(job), ==, 0.5);
    g_assert_false(firn_job_cancel(job));
}

static gboolean
fail_without_reason(FirnJob *job, gpointer data, GError **error)
{
    return FALSE;
}

static void
test_fails_without_reason(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, fail_without_reason);

    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

static gboolean
wait_to_be_cancelled(FirnJob *job, gpointer data, GError **error)
{
    say(((Fixture *)data)->words);
    g_assert_true(wait_for_cancel(job, 10000));
    g_assert_false(firn_job_commit(job, NULL));
    return !g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = start(fixture, wait_to_be_cancelled);

    hear(fixture->words);
    g_assert_true(firn_job_is_cancelable(job));
    g_assert_true(firn_job_cancel(job));
    firn_test_job_rig_end(&fixture->job);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_CANCELLED);
    g_assert_error(firn_job_get_error(job), G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
commit(FirnJob *job, gpointer data, GError **error)
{
    Fixture *fixture = data;
    gboolean ok = firn_job_commit(job, error);

    say(fixture->words);
    hear(fixture->orders);
    return ok && !g_cancellable_is_cancelled(firn_job_get_cancellable(job));
}

static void
test_too_late_to_cancel(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = start(fixture, commit);

    hear(fixture->words);
    g_assert_false(firn_job_is_cancelable(job));
    g_assert_false(firn_job_cancel(job));
    say(fixture->orders);
    firn_test_job_rig_end(&fixture->job);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
}

static gboolean
wait_for_deadline(FirnJob *job, gpointer data, GError **error)
{
    firn_job_set_deadline(job, 30);
    return wait_to_be_cancelled(job, data, error);
}

static void
test_deadline(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, wait_for_deadline);

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_TIMED_OUT);
}

static gboolean
commit_before_deadline(FirnJob *job, gpointer data, GError **error)
{
    firn_job_set_deadline(job, 30);
    return firn_job_commit(job, error) && !wait_for_cancel(job, 150);
}

static void
test_deadline_after_commit(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, commit_before_deadline);

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
}

/* The rollback takes longer than the deadline: the job was still cancelled by the user. */
static gboolean
undo_beyond_deadline(FirnJob *job, gpointer data, GError **error)
{
    firn_job_set_deadline(job, 100);
    firn_job_cancel(job);
    poll(NULL, 0, 250);
    return !g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error);
}

static void
test_deadline_after_cancel(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = run_to_end(fixture, undo_beyond_deadline);

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_CANCELLED);
}

static gboolean
enter_often(FirnJob *job, gpointer data, GError **error)
{
    hear(((Fixture *)data)->orders);
    for (guint i = 0; i < 1000; i++)
        firn_job_enter(job, "work", i / 1000.0);
    return TRUE;
}

static void
on_changed(FirnJob *job, gpointer data)
{
    Fixture *fixture = data;

    g_atomic_int_inc(&fixture->changes);
}

static void
test_announces(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = start(fixture, enter_often);

    g_signal_connect(job, "changed", G_CALLBACK(on_changed), fixture);
    say(fixture->orders);
    firn_test_job_rig_end(&fixture->job);
    g_assert_cmpint(g_atomic_int_get(&fixture->changes), >, 0);
    g_assert_cmpint(g_atomic_int_get(&fixture->changes), <, 1000);
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
    add("/job/job/completes", test_completes);
    add("/job/job/carries", test_carries);
    add("/job/job/fails", test_fails);
    add("/job/job/fails-without-a-reason", test_fails_without_reason);
    add("/job/job/cancel/before-commit", test_cancelled);
    add("/job/job/cancel/after-commit-is-too-late", test_too_late_to_cancel);
    add("/job/job/deadline/before-commit", test_deadline);
    add("/job/job/deadline/after-commit-is-nothing", test_deadline_after_commit);
    add("/job/job/deadline/after-cancel-is-nothing", test_deadline_after_cancel);
    add("/job/job/announces-its-progress", test_announces);
    return g_test_run();
}
