/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupted-job.h"

#include <glib/gstdio.h>
#include <string.h>

#include "catalogue-change.h"
#include "host-error.h"
#include "internal-snapshot.h"
#include "job-rig.h"
#include "recover-job.h"

/* What a killed firnd has left, and what the next one reports of it. */
typedef struct {
    FirnTestJobRig job;
    FirnFailedJobs *failed; /* (owned) */
    FirnIntent *intent;     /* (owned) */
    GPtrArray *jobs;        /* (owned) (nullable) what look() has seen */
    guint n_added;          /* number of jobs that were announced */
} Fixture;

static const char *const both[] = {"node-vda", "node-vdb", NULL};

static void
on_job_added(FirnJobs *jobs, FirnJob *job, gpointer user_data)
{
    ((Fixture *)user_data)->n_added++;
}

static void
keep_failed(gpointer data)
{
    Fixture *fixture = data;

    g_object_unref(fixture->job.jobs);
    fixture->job.jobs = firn_jobs_new(fixture->failed);
    g_signal_connect(fixture->job.jobs, "job-added", G_CALLBACK(on_job_added), fixture);
}

static FirnSnapshot *
plan(Fixture *fixture)
{
    FirnSnapshot *snapshot = firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_TRY));

    snapshot->evidence->run_state = g_strdup("running");
    for (guint i = 0; i < 2; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

        firn_snapshot_add_disk(snapshot, target, "qcow2", path, 1024);
    }
    return snapshot;
}

static FirnIntent *
begin(Fixture *fixture, FirnIntentKind kind, const FirnSnapshot *snapshot)
{
    FirnIntent *intent =
        firn_intent_new(kind, firn_vm_get_uuid(fixture->job.rig.vm), "web1", snapshot);

    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
    return intent;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autoptr(FirnChannel) monitor = NULL;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    path = g_build_filename(fixture->job.rig.folder, "failed", NULL);
    fixture->failed = firn_failed_jobs_open(path, firn_host_clock_real());
    firn_test_loop_thread_call(keep_failed, fixture);
    snapshot = plan(fixture);
    monitor = firn_vm_dup_monitor(fixture->job.rig.vm);
    fixture->intent = begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    g_assert_true(firn_internal_snapshot_take(monitor, both, snapshot->tag, 10000, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    g_clear_pointer(&fixture->jobs, g_ptr_array_unref);
    g_object_unref(fixture->failed);
    firn_intent_free(fixture->intent);
}

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    FirnTestJobRig *rig = &fixture->job;
    FirnJob *job = firn_recover_job_start(rig->jobs, rig->rig.vm, rig->backend, NULL, NULL);

    g_assert_nonnull(job);
    g_signal_connect(job, "completed", G_CALLBACK(on_completed), rig->ended);
}

static void
look(gpointer data)
{
    Fixture *fixture = data;

    g_clear_pointer(&fixture->jobs, g_ptr_array_unref);
    fixture->jobs = firn_jobs_list(fixture->job.jobs);
}

static void
recover(Fixture *fixture)
{
    firn_test_loop_thread_call(start, fixture);
    firn_test_job_rig_end(&fixture->job);
    firn_test_loop_thread_call(look, fixture);
}

/* Searches the jobs, beside the ones that recover. */
static FirnJob *
find_interrupted(Fixture *fixture, guint n_expected)
{
    FirnJob *found = NULL;
    guint n_found = 0;

    for (guint i = 0; i < fixture->jobs->len; i++) {
        FirnJob *job = fixture->jobs->pdata[i];

        if (i > 0)
            g_assert_cmpuint(firn_job_get_id(job), >, firn_job_get_id(fixture->jobs->pdata[i - 1]));
        if (g_str_equal(firn_job_get_operation(job), "recover"))
            continue;
        found = job;
        n_found++;
    }
    g_assert_cmpuint(n_found, ==, n_expected);
    return found;
}

static void
assert_told(FirnJob *job, const char *operation, const char *words)
{
    g_assert_cmpstr(firn_job_get_operation(job), ==, operation);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_INTERRUPTED);
    if (strstr(firn_job_get_error(job)->message, words) == NULL)
        g_error("%s", firn_job_get_error(job)->message);
}

static void
test_taken_back(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GVariant) result = NULL;
    g_autofree char *evidence = NULL;
    FirnJob *job;

    recover(fixture);
    firn_test_job_rig_assert_tags(&fixture->job, "");
    job = find_interrupted(fixture, 1);
    assert_told(job, "create", "while it was making snapshot a; the incomplete snapshot was");
    g_assert_cmpint(firn_job_get_started_us(job), ==, fixture->intent->begun_us);
    g_assert_cmpint(firn_job_get_finished_us(job), >=, fixture->intent->begun_us);
    g_assert_cmpstr(firn_job_get_vm_uuid(job), ==, firn_vm_get_uuid(fixture->job.rig.vm));
    g_assert_cmpuint(fixture->n_added, ==, 2);
    result = firn_job_dup_result(job);
    g_assert_true(g_variant_lookup(result, "evidence", "s", &evidence));
    g_assert_nonnull(strstr(evidence, "running"));
    recover(fixture);
    find_interrupted(fixture, 1);
}

static void
restart(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *path = g_build_filename(fixture->job.rig.folder, "failed", NULL);

    g_object_unref(fixture->failed);
    fixture->failed = firn_failed_jobs_open(path, firn_host_clock_real());
    keep_failed(fixture);
}

/* firnd was killed again, before the journal entry had ended. */
static void
test_told_once(Fixture *fixture, gconstpointer data)
{
    recover(fixture);
    g_assert_true(firn_journal_begin(fixture->job.journal, fixture->intent, NULL));
    firn_test_loop_thread_call(restart, fixture);
    recover(fixture);
    assert_told(find_interrupted(fixture, 1), "create", "was removed");
}

/* firnd had left the rest to the journal, and reported that. */
static void
test_told_by_itself(Fixture *fixture, gconstpointer data)
{
    FirnFailedJob *own = firn_interrupted_job_new(fixture->intent, NULL, NULL);

    own->id = 7;
    own->started_us -= G_TIME_SPAN_MINUTE;
    g_free(own->error_word);
    own->error_word = g_strdup("TimedOut");
    firn_failed_jobs_put(fixture->failed, own);
    firn_test_loop_thread_call(keep_failed, fixture);
    recover(fixture);
    firn_test_job_rig_assert_tags(&fixture->job, "");
    g_assert_error(firn_job_get_error(find_interrupted(fixture, 1)),
                   FIRN_HOST_ERROR,
                   FIRN_HOST_ERROR_TIMED_OUT);
}

/* The job has failed and could not delete everything; that was reported more than a day ago. */
static void
test_tried_before(Fixture *fixture, gconstpointer data)
{
    g_assert_true(firn_journal_amend(fixture->job.journal, fixture->intent->id, "why", NULL));
    recover(fixture);
    firn_test_job_rig_assert_tags(&fixture->job, "");
    find_interrupted(fixture, 0);
}

static void
test_undecided(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep backup[] = {
        {.text = "{\"id\": $id, \"return\": [{\"type\": \"backup\", \"id\": \"b\", "
                 "\"status\": \"running\"}]}\n"},
        {0},
    };

    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-jobs", 1, backup);
    recover(fixture);
    firn_test_job_rig_assert_intents(&fixture->job, "a!");
    assert_told(find_interrupted(fixture, 1), "create", "a; it is incompletely created: ");
    recover(fixture);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    find_interrupted(fixture, 1);
}

/* A job that has finished its work has not failed. */
static void
test_done(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(
        FIRN_TEST_CHANGE(fixture->job.rig.catalogue, &error, add, fixture->intent->snapshot));
    g_assert_no_error(error);
    firn_intent_free(begin(fixture, FIRN_INTENT_KIND_DELETE, fixture->intent->snapshot));
    recover(fixture);
    firn_test_job_rig_assert_tags(&fixture->job, "");
    find_interrupted(fixture, 0);
}

static void
assert_words(const FirnIntent *intent,
             const char *command,
             const GError *reason,
             const char *operation,
             const char *message)
{
    g_autoptr(FirnFailedJob) job = firn_interrupted_job_new(intent, command, reason);

    g_assert_cmpstr(job->operation, ==, operation);
    g_assert_cmpstr(job->error_word, ==, "Interrupted");
    g_assert_cmpstr(job->error_message, ==, message);
}

static void
test_words(Fixture *fixture, gconstpointer data)
{
    FirnIntentRestore restore = {"target", "b", "running", "running", 0};
    g_autoptr(GError) reason = g_error_new_literal(FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY, "why");
    FirnIntent *intent = fixture->intent;

    intent->kind = FIRN_INTENT_KIND_DELETE;
    assert_words(
        intent,
        NULL,
        reason,
        "delete",
        "firnd ended while it was deleting snapshot a; it is incompletely deleted: why; fix this, "
        "then run: firn verify web1 --repair");
    intent->kind = FIRN_INTENT_KIND_FORGET;
    g_assert_null(firn_interrupted_job_new(intent, NULL, reason));
    intent->kind = FIRN_INTENT_KIND_RESTORE;
    firn_intent_set_restore(intent, &restore);
    assert_words(intent,
                 NULL,
                 NULL,
                 "restore",
                 "firnd ended while it was restoring b; its disks were rolled back; restore "
                 "again");
    assert_words(intent,
                 "firn undo web1",
                 NULL,
                 "restore",
                 "firnd ended while it was restoring b; the VM was started in the meantime, and "
                 "the previous contents of its disks can be restored with: firn undo web1");
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
    add("/job/interrupted-job/taken-back", test_taken_back);
    add("/job/interrupted-job/told-once", test_told_once);
    add("/job/interrupted-job/told-by-itself", test_told_by_itself);
    add("/job/interrupted-job/tried-before", test_tried_before);
    add("/job/interrupted-job/undecided/and-then-ended", test_undecided);
    add("/job/interrupted-job/done", test_done);
    add("/job/interrupted-job/words", test_words);
    return g_test_run();
}
