/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"

typedef struct {
    FirnTestJobRig job;
    FirnVm *other;     /* a second VM, which is off */
    GAsyncQueue *go;   /* a word for each job that may end */
    GAsyncQueue *stop; /* a word when all have ended */
    gint freed;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnMachineFile *file = g_new0(FirnMachineFile, 1);

    firn_test_job_rig_set_up(&fixture->job, NULL);
    file->name = g_strdup("web2");
    file->uuid = g_uuid_string_random();
    file->monitor_path = g_strdup("/nonexistent/qmp");
    file->disks = firn_disks_new();
    fixture->other = firn_direct_vm_new(file, fixture->job.rig.catalogue);
    fixture->go = g_async_queue_new();
    fixture->stop = g_async_queue_new();
}

static void
let_go(gpointer vm)
{
    g_object_unref(vm);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, fixture->other);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    g_async_queue_unref(fixture->go);
    g_async_queue_unref(fixture->stop);
}

static gboolean
wait_for_go(FirnJob *job, gpointer data, GError **error)
{
    Fixture *fixture = data;

    firn_job_commit(job, NULL);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->go, 10 * G_USEC_PER_SEC));
    return TRUE;
}

static void
count_freed(gpointer data)
{
    Fixture *fixture = data;

    g_atomic_int_inc(&fixture->freed);
}

static FirnJob *
start(Fixture *fixture, FirnVm *vm, GError **error)
{
    const FirnJobRequest request = {vm, "create", wait_for_go, fixture, count_freed, 0};

    return firn_test_job_rig_start(&fixture->job, &request, error);
}

static void
let_one_end(Fixture *fixture)
{
    g_async_queue_push(fixture->go, GINT_TO_POINTER(1));
    firn_test_job_rig_end(&fixture->job);
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) first = start(fixture, fixture->job.rig.vm, NULL);
    g_autoptr(FirnJob) third = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *number = g_strdup_printf("job %u ", firn_job_get_id(first));

    g_assert_cmpuint(firn_vm_get_job(fixture->job.rig.vm), ==, firn_job_get_id(first));
    g_assert_null(start(fixture, fixture->job.rig.vm, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_nonnull(strstr(error->message, number));
    g_assert_cmpint(g_atomic_int_get(&fixture->freed), ==, 1);
    let_one_end(fixture);
    third = start(fixture, fixture->job.rig.vm, NULL);
    g_assert_nonnull(third);
    let_one_end(fixture);
}

static FirnJob *
start_own(Fixture *fixture)
{
    const FirnJobRequest request = {.vm = fixture->job.rig.vm,
                                    .operation = "settle",
                                    .run = wait_for_go,
                                    .params = fixture,
                                    .free_params = count_freed,
                                    .is_own = TRUE};

    return firn_test_job_rig_start(&fixture->job, &request, NULL);
}

/* What firnd does by itself refuses no user, but a second user is refused. */
static void
test_pending(Fixture *fixture, gconstpointer data)
{
    FirnVm *vm = fixture->job.rig.vm;
    g_autoptr(FirnJob) own = start_own(fixture);
    g_autoptr(FirnJob) next = start(fixture, vm, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *number =
        g_strdup_printf("job %u (create, in phase pending", firn_job_get_id(next));

    g_assert_cmpint(firn_job_get_state(next), ==, FIRN_JOB_STATE_PENDING);
    g_assert_true(firn_job_is_cancelable(next));
    g_assert_cmpuint(firn_vm_get_job(vm), ==, firn_job_get_id(own));
    g_assert_null(start(fixture, vm, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_nonnull(strstr(error->message, number));
    let_one_end(fixture);
    g_assert_cmpuint(firn_vm_get_job(vm), ==, firn_job_get_id(next));
    let_one_end(fixture);
    g_assert_cmpint(firn_job_get_state(next), ==, FIRN_JOB_STATE_COMPLETED);
    g_assert_cmpuint(firn_vm_get_job(vm), ==, 0);
}

static gboolean
commit(FirnJob *job, gpointer data, GError **error)
{
    return firn_job_commit(job, error);
}

static void
test_pending_cancelled(Fixture *fixture, gconstpointer data)
{
    const FirnJobRequest request = {.vm = fixture->job.rig.vm,
                                    .operation = "create",
                                    .run = commit};
    g_autoptr(FirnJob) own = start_own(fixture);
    g_autoptr(FirnJob) next = firn_test_job_rig_start(&fixture->job, &request, NULL);

    g_assert_true(firn_job_cancel(next));
    let_one_end(fixture);
    firn_test_job_rig_end(&fixture->job);
    g_assert_cmpint(firn_job_get_state(own), ==, FIRN_JOB_STATE_COMPLETED);
    g_assert_cmpint(firn_job_get_state(next), ==, FIRN_JOB_STATE_CANCELLED);
}

static void
test_side_by_side(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) one = start(fixture, fixture->job.rig.vm, NULL);
    g_autoptr(FirnJob) two = start(fixture, fixture->other, NULL);

    g_assert_nonnull(two);
    g_assert_cmpint(firn_job_get_state(one), ==, FIRN_JOB_STATE_IN_PROGRESS);
    g_assert_cmpint(firn_job_get_state(two), ==, FIRN_JOB_STATE_IN_PROGRESS);
    g_assert_cmpuint(firn_job_get_id(one), !=, firn_job_get_id(two));
    let_one_end(fixture);
    let_one_end(fixture);
}

static gboolean
on_stopped(gpointer data)
{
    Fixture *fixture = data;

    g_async_queue_push(fixture->stop, GINT_TO_POINTER(1));
    return G_SOURCE_REMOVE;
}

static void
stop(gpointer data)
{
    Fixture *fixture = data;

    firn_jobs_stop(fixture->job.jobs, on_stopped, fixture);
}

static void
test_stop(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = start(fixture, fixture->job.rig.vm, NULL);
    g_autoptr(GError) error = NULL;

    firn_test_loop_thread_call(stop, fixture);
    g_assert_null(start(fixture, fixture->other, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_null(g_async_queue_timeout_pop(fixture->stop, 50000));
    let_one_end(fixture);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->stop, 10 * G_USEC_PER_SEC));
}

static void
test_stop_pending(Fixture *fixture, gconstpointer data)
{
    const FirnJobRequest request = {.vm = fixture->job.rig.vm,
                                    .operation = "create",
                                    .run = commit};
    g_autoptr(FirnJob) own = start_own(fixture);
    g_autoptr(FirnJob) next = firn_test_job_rig_start(&fixture->job, &request, NULL);

    firn_test_loop_thread_call(stop, fixture);
    g_assert_null(g_async_queue_timeout_pop(fixture->stop, 50000));
    let_one_end(fixture);
    firn_test_job_rig_end(&fixture->job);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->stop, 10 * G_USEC_PER_SEC));
    g_assert_cmpint(firn_job_get_state(next), ==, FIRN_JOB_STATE_CANCELLED);
}

static void
test_stop_idle(Fixture *fixture, gconstpointer data)
{
    firn_test_loop_thread_call(stop, fixture);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->stop, 10 * G_USEC_PER_SEC));
}

static void
look_up(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GPtrArray) all = firn_jobs_list(fixture->job.jobs);

    g_assert_cmpuint(all->len, ==, 2);
    g_assert_true(firn_jobs_find(fixture->job.jobs, firn_job_get_id(all->pdata[1])) ==
                  all->pdata[1]);
    g_assert_null(firn_jobs_find(fixture->job.jobs, 77));
}

static void
test_ended_jobs_are_kept(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) one = start(fixture, fixture->job.rig.vm, NULL);
    g_autoptr(FirnJob) two = start(fixture, fixture->other, NULL);

    let_one_end(fixture);
    let_one_end(fixture);
    firn_test_loop_thread_call(look_up, fixture);
}

/* The uptime of the host. */
static gint64 host_us;

static gint64
get_host_us(gpointer data)
{
    return host_us;
}

static const FirnHostClock host_clock = {"a", get_host_us, get_host_us, NULL};

static void
count_removed(FirnJobs *jobs, FirnJob *job, gpointer n_removed)
{
    g_assert_cmpuint(firn_job_get_id(job), ==, 7);
    ++*(guint *)n_removed;
}

static void
assert_failed(FirnJob *job)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_autofree char *evidence = NULL;

    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    g_assert_null(firn_job_get_vm(job));
    g_assert_true(g_variant_lookup(result, "evidence", "s", &evidence));
    g_assert_false(firn_job_cancel(job));
}

static void
look_at_failed(gpointer data)
{
    FirnFailedJobs *failed = data;
    g_autoptr(FirnJobs) jobs = firn_jobs_new(failed);
    g_autoptr(GPtrArray) before = firn_jobs_list(jobs);
    g_autoptr(GPtrArray) after = NULL;
    guint n_removed = 0;

    g_signal_connect(jobs, "job-removed", G_CALLBACK(count_removed), &n_removed);
    g_assert_cmpuint(before->len, ==, 1);
    assert_failed(before->pdata[0]);
    host_us += FIRN_FAILED_JOBS_KEEP_US;
    after = firn_jobs_list(jobs);
    g_assert_cmpuint(after->len, ==, 0);
    g_assert_cmpuint(n_removed, ==, 1);
}

static void
test_failed_before(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->job.rig.folder, "failed", NULL);
    g_autoptr(FirnFailedJobs) failed = firn_failed_jobs_open(path, &host_clock);
    FirnFailedJob *job = g_new0(FirnFailedJob, 1);

    job->id = 7;
    job->operation = g_strdup("create");
    job->vm_uuid = g_strdup(firn_vm_get_uuid(fixture->job.rig.vm));
    job->phase = g_strdup("freeze");
    job->error_word = g_strdup("FreezeFailed");
    job->error_message = g_strdup("why");
    job->evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    firn_failed_jobs_put(failed, job);
    firn_test_loop_thread_call(look_at_failed, failed);
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
    add("/job/jobs/busy-names-the-first", test_busy);
    add("/job/jobs/pending", test_pending);
    add("/job/jobs/pending-cancelled", test_pending_cancelled);
    add("/job/jobs/stop-pending", test_stop_pending);
    add("/job/jobs/two-vms-side-by-side", test_side_by_side);
    add("/job/jobs/stop/waits-and-refuses", test_stop);
    add("/job/jobs/stop/at-once-when-idle", test_stop_idle);
    add("/job/jobs/ended-jobs-are-kept", test_ended_jobs_are_kept);
    add("/job/jobs/failed-before-firnd-was-started", test_failed_before);
    return g_test_run();
}
