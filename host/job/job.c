/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job.h"

#include "error-word.h"
#include "host-error.h"
#include "job-private.h"
#include "job-result.h"
#include "last-run.h"
#include "vm-follow.h"

struct _FirnJob {
    GObject parent_instance;
    guint *numbers; /* (owned) (nullable) atomic: the last number given */
    guint id;
    const char *operation; /* (unowned) a constant */
    FirnVm *vm;            /* (owned) (nullable) %NULL: it ended before firnd was started */
    FirnBackend *backend;  /* (owned) (nullable) */
    char *vm_uuid;         /* (owned) */
    guint started_by;
    gboolean works_on_disks;
    gboolean is_own;
    gint64 started_us;
    GCancellable *cancellable; /* (owned) */
    GSource *deadline;         /* (owned) (nullable) main loop only */
    FirnHostHooks *hooks;      /* (owned) (nullable) */
    FirnFailedJobs *failed;    /* (owned) (nullable) where it is recorded if it fails */
    FirnJobFunc run;
    gpointer params; /* (owned) */
    GDestroyNotify free_params;
    GMutex mutex; /* guards what follows */
    FirnJobState state;
    const char *phase; /* (unowned) a constant */
    double progress;
    FirnTransfer transfer; /* of the current phase */
    char *holders;         /* (owned) */
    gboolean is_committed;
    gboolean is_late;
    gboolean is_announced; /* a "changed" signal is scheduled */
    gint64 finished_us;
    GError *error; /* (owned) (nullable) */
    FirnJobResult result;
};

enum { SIGNAL_CHANGED, SIGNAL_COMPLETED, SIGNAL_KEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnJob, firn_job, G_TYPE_OBJECT)

static void
firn_job_finalize(GObject *object)
{
    FirnJob *self = FIRN_JOB(object);

    g_clear_object(&self->vm);
    g_clear_object(&self->backend);
    g_clear_object(&self->failed);
    g_clear_pointer(&self->hooks, firn_host_hooks_unref);
    g_clear_pointer(&self->numbers, g_atomic_rc_box_release);
    g_clear_object(&self->cancellable);
    g_free(self->vm_uuid);
    g_clear_error(&self->error);
    firn_job_result_clear(&self->result);
    g_free(self->holders);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(firn_job_parent_class)->finalize(object);
}

static guint
new_signal(const char *name)
{
    return g_signal_new(name,
                        FIRN_TYPE_JOB,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        0);
}

static void
firn_job_class_init(FirnJobClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_job_finalize;
    signals[SIGNAL_CHANGED] = new_signal("changed");
    signals[SIGNAL_COMPLETED] = new_signal("completed");
    signals[SIGNAL_KEPT] = new_signal("kept");
}

static void
firn_job_init(FirnJob *self)
{
    g_mutex_init(&self->mutex);
    firn_job_result_init(&self->result);
    self->cancellable = g_cancellable_new();
    self->started_us = g_get_real_time();
    self->phase = "pending";
    self->holders = g_strdup("");
}

static guint
take_number(guint *numbers)
{
    return (guint)g_atomic_int_add(numbers, 1) + 1;
}

FirnJob *
firn_job_new(const FirnJobSurroundings *surroundings, const FirnJobRequest *request)
{
    FirnJob *self = g_object_new(FIRN_TYPE_JOB, NULL);

    self->numbers = g_atomic_rc_box_acquire(surroundings->numbers);
    self->id = take_number(self->numbers);
    g_set_object(&self->failed, surroundings->failed);
    self->hooks = surroundings->hooks == NULL ? NULL : firn_host_hooks_ref(surroundings->hooks);
    self->operation = request->operation;
    self->vm = g_object_ref(request->vm);
    g_set_object(&self->backend, request->backend);
    self->vm_uuid = g_strdup(firn_vm_get_uuid(request->vm));
    self->started_by = request->started_by;
    self->works_on_disks = request->works_on_disks;
    self->is_own = request->is_own;
    self->run = request->run;
    self->params = request->params;
    self->free_params = request->free_params;
    return self;
}

FirnJob *
firn_job_new_failed(const FirnFailedJob *failed)
{
    FirnJob *self = g_object_new(FIRN_TYPE_JOB, NULL);

    self->id = failed->id;
    self->operation = g_intern_string(failed->operation);
    self->vm_uuid = g_strdup(failed->vm_uuid);
    self->started_by = failed->started_by;
    self->started_us = failed->started_us;
    self->finished_us = failed->finished_us;
    self->phase = g_intern_string(failed->phase);
    self->state = FIRN_JOB_STATE_FAILED;
    self->error = firn_error_word_make(failed->error_word, failed->error_message);
    firn_job_set_evidence(self, failed->evidence);
    return self;
}

FirnHostHooks *
firn_job_get_hooks(FirnJob *self)
{
    return self->hooks;
}

guint
firn_job_get_id(FirnJob *self)
{
    return self->id;
}

const char *
firn_job_get_operation(FirnJob *self)
{
    return self->operation;
}

FirnVm *
firn_job_get_vm(FirnJob *self)
{
    return self->vm;
}

const char *
firn_job_get_vm_uuid(FirnJob *self)
{
    return self->vm_uuid;
}

gboolean
firn_job_works_on_disks(FirnJob *self)
{
    return self->works_on_disks;
}

gboolean
firn_job_is_own(FirnJob *self)
{
    return self->is_own;
}

guint
firn_job_get_started_by(FirnJob *self)
{
    return self->started_by;
}

gint64
firn_job_get_started_us(FirnJob *self)
{
    return self->started_us;
}

FirnBackend *
firn_job_get_backend(FirnJob *self)
{
    return self->backend;
}

GCancellable *
firn_job_get_cancellable(FirnJob *self)
{
    return self->cancellable;
}

FirnJobState
firn_job_get_state(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->state;
}

const char *
firn_job_get_phase(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->phase;
}

double
firn_job_get_progress(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->progress;
}

void
firn_job_get_transfer(FirnJob *self, FirnTransfer *out_transfer)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    *out_transfer = self->transfer;
}

/* Under the lock. */
static gboolean
has_ended(FirnJob *self)
{
    return self->state != FIRN_JOB_STATE_PENDING && self->state != FIRN_JOB_STATE_IN_PROGRESS;
}

gboolean
firn_job_is_cancelable(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return !has_ended(self) && (!self->is_committed || firn_vm_follow_is_on(self->vm));
}

gint64
firn_job_get_finished_us(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->finished_us;
}

const GError *
firn_job_get_error(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->error;
}

GVariant *
firn_job_dup_result(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return firn_job_result_dup(&self->result);
}

/* Under the lock, so that the job cannot commit in between. */
static gboolean
cancel(FirnJob *self, gboolean is_late)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    if (has_ended(self) || self->is_committed)
        return FALSE;
    if (!g_cancellable_is_cancelled(self->cancellable))
        self->is_late = is_late;
    g_cancellable_cancel(self->cancellable);
    return TRUE;
}

/* A job that has committed runs to its end, unless it waits for a source that may never answer
 * again. Then the journal holds what is left to do. */
gboolean
firn_job_cancel(FirnJob *self)
{
    if (cancel(self, FALSE))
        return TRUE;
    if (!firn_job_is_cancelable(self))
        return FALSE;
    firn_vm_follow_give_up(self->vm);
    return TRUE;
}

void
firn_job_leave(FirnJob *self)
{
    if (!cancel(self, FALSE) && firn_job_get_state(self) == FIRN_JOB_STATE_IN_PROGRESS)
        firn_vm_follow_give_up(self->vm);
}

static gboolean
announce(gpointer user_data)
{
    FirnJob *self = user_data;

    g_mutex_lock(&self->mutex);
    self->is_announced = FALSE;
    g_mutex_unlock(&self->mutex);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
    return G_SOURCE_REMOVE;
}

static void
run_on_main_loop(FirnJob *self, GSourceFunc function)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, function, g_object_ref(self), g_object_unref);
    g_source_attach(source, NULL);
}

/* Unlocks, as signals are not emitted under the lock. */
static void
tell_change(FirnJob *self)
{
    gboolean is_new = !self->is_announced;

    self->is_announced = TRUE;
    g_mutex_unlock(&self->mutex);
    if (is_new)
        run_on_main_loop(self, announce);
}

void
firn_job_enter(FirnJob *self, const char *phase, double progress)
{
    g_mutex_lock(&self->mutex);
    if (!g_str_equal(phase, self->phase))
        self->transfer = (FirnTransfer){0};
    self->phase = phase;
    self->progress = progress;
    tell_change(self);
}

void
firn_job_tell_bytes(FirnJob *self, guint64 done_bytes, guint64 total_bytes)
{
    g_mutex_lock(&self->mutex);
    firn_transfer_move(&self->transfer, done_bytes, total_bytes, g_get_monotonic_time());
    tell_change(self);
}

char *
firn_job_dup_holders(FirnJob *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return g_strdup(self->holders);
}

void
firn_job_set_holders(FirnJob *self, const char *holders)
{
    g_mutex_lock(&self->mutex);
    g_free(self->holders);
    self->holders = g_strdup(holders);
    tell_change(self);
}

static gboolean
set_cancelled(FirnJob *self, GError **error)
{
    if (self->is_late)
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_TIMED_OUT,
                            "the deadline passed in phase \"%s\"",
                            self->phase);
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    return FALSE;
}

gboolean
firn_job_commit(FirnJob *self, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    if (g_cancellable_is_cancelled(self->cancellable))
        return set_cancelled(self, error);
    self->is_committed = TRUE;
    return TRUE;
}

void
firn_job_set_result(FirnJob *self, const char *key, GVariant *value)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    firn_job_result_set(&self->result, key, value);
}

void
firn_job_set_evidence(FirnJob *self, const FirnEvidence *evidence)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    firn_job_result_set_evidence(&self->result, evidence);
}

static gboolean
tell_kept(gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_KEPT], 0);
    return G_SOURCE_REMOVE;
}

void
firn_job_keep_interrupted(FirnJob *self, FirnFailedJob *interrupted)
{
    g_autoptr(FirnFailedJob) job = interrupted;

    if (self->failed == NULL || firn_failed_jobs_covers(self->failed, job))
        return;
    job->id = take_number(self->numbers);
    firn_failed_jobs_put(self->failed, g_steal_pointer(&job));
    run_on_main_loop(self, tell_kept);
}

static gboolean
on_deadline(gpointer user_data)
{
    cancel(user_data, TRUE);
    return G_SOURCE_REMOVE;
}

static gboolean
arm_deadline(gpointer user_data)
{
    FirnJob *self = user_data;

    g_source_attach(self->deadline, NULL);
    return G_SOURCE_REMOVE;
}

void
firn_job_set_deadline(FirnJob *self, guint deadline_ms)
{
    if (deadline_ms == 0)
        return;
    self->deadline = g_timeout_source_new(deadline_ms);
    g_source_set_callback(self->deadline, on_deadline, self, NULL);
    run_on_main_loop(self, arm_deadline);
}

static void
end(FirnJob *self, GError *error)
{
    g_autoptr(GError) failure = error;

    g_mutex_lock(&self->mutex);
    if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_clear_error(&failure);
        set_cancelled(self, &failure);
    }
    self->state = failure == NULL ? FIRN_JOB_STATE_COMPLETED
                  : g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                      ? FIRN_JOB_STATE_CANCELLED
                      : FIRN_JOB_STATE_FAILED;
    self->error = g_steal_pointer(&failure);
    self->progress = self->error == NULL ? 1.0 : self->progress;
    self->finished_us = g_get_real_time();
    g_mutex_unlock(&self->mutex);
}

/* In the job's thread, before the end is announced: a client that asks then finds the record. */
static void
keep_if_failed(FirnJob *self)
{
    FirnFailedJob *failed;

    if (self->failed == NULL || self->result.evidence == NULL ||
        self->state != FIRN_JOB_STATE_FAILED)
        return;
    failed = g_new0(FirnFailedJob, 1);
    failed->id = self->id;
    failed->operation = g_strdup(self->operation);
    failed->vm_uuid = g_strdup(self->vm_uuid);
    failed->started_by = self->started_by;
    failed->started_us = self->started_us;
    failed->finished_us = self->finished_us;
    failed->phase = g_strdup(self->phase);
    failed->error_word = g_strdup(firn_error_word_of(self->error));
    failed->error_message = g_strdup(self->error->message);
    failed->evidence = firn_evidence_copy(self->result.evidence);
    firn_failed_jobs_put(self->failed, failed);
}

static gboolean
complete(gpointer user_data)
{
    FirnJob *self = user_data;

    if (self->deadline != NULL)
        g_source_destroy(self->deadline);
    g_clear_pointer(&self->deadline, g_source_unref);
    g_signal_emit(self, signals[SIGNAL_COMPLETED], 0);
    return G_SOURCE_REMOVE;
}

/* What firn writes to the images of a VM that is off does not change how its last run ended. */
static gboolean
run_held(FirnJob *self, GError **error)
{
    gboolean ok;

    if (self->works_on_disks)
        firn_last_run_hold(self->vm);
    ok = self->run(self, self->params, error);
    if (self->works_on_disks)
        firn_last_run_release(self->vm);
    return ok;
}

static void
drop_params(FirnJob *self)
{
    if (self->free_params != NULL)
        self->free_params(self->params);
}

static gpointer
run(gpointer data)
{
    g_autoptr(FirnJob) self = data;
    GError *error = NULL;

    if (!run_held(self, &error) && error == NULL)
        error = g_error_new(FIRN_HOST_ERROR,
                            FIRN_HOST_ERROR_FAILED,
                            "the job failed without giving a reason");
    drop_params(self);
    end(self, error);
    keep_if_failed(self);
    run_on_main_loop(self, complete);
    return NULL;
}

static void
begin(FirnJob *self)
{
    g_mutex_lock(&self->mutex);
    self->state = FIRN_JOB_STATE_IN_PROGRESS;
    self->phase = "check";
    tell_change(self);
}

void
firn_job_run(FirnJob *self)
{
    g_autoptr(GThread) thread = NULL;
    g_autoptr(GError) failure = NULL;

    firn_vm_follow_renew(self->vm);
    begin(self);
    thread = g_thread_try_new("firn-job", run, g_object_ref(self), &failure);
    if (thread != NULL)
        return;
    drop_params(self);
    end(self,
        g_error_new(FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_BUSY,
                    "too many operations are running: %s; try again later",
                    failure->message));
    run_on_main_loop(self, complete);
    g_object_unref(self);
}
