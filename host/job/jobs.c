/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "jobs.h"

#include "host-error.h"
#include "job-private.h"

#define KEEP_ENDED_S 300
/* How often failed jobs are checked for expiry. */
#define LOOK_EVERY_S 600

struct _FirnJobs {
    GObject parent_instance;
    GPtrArray *jobs; /* (owned) (element-type FirnJob) by number */
    FirnJobSurroundings surroundings;
    GPtrArray *kept; /* (owned) (element-type FirnJob) ended ones that are recorded as failed */
    guint timer;     /* source id; 0: nothing is kept */
    guint running;
    GSourceFunc on_stopped; /* (nullable) set once firnd stops */
    gpointer on_stopped_data;
    gboolean is_stopping;
};

enum { SIGNAL_JOB_ADDED, SIGNAL_JOB_REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnJobs, firn_jobs, G_TYPE_OBJECT)

typedef struct {
    GWeakRef jobs;
    FirnJob *job; /* (owned) */
} Ended;

static void
firn_jobs_finalize(GObject *object)
{
    FirnJobs *self = FIRN_JOBS(object);

    g_clear_handle_id(&self->timer, g_source_remove);
    g_ptr_array_unref(self->kept);
    g_ptr_array_unref(self->jobs);
    g_clear_object(&self->surroundings.failed);
    g_clear_pointer(&self->surroundings.hooks, firn_host_hooks_unref);
    g_atomic_rc_box_release(self->surroundings.numbers);
    G_OBJECT_CLASS(firn_jobs_parent_class)->finalize(object);
}

static guint
new_signal(const char *name)
{
    return g_signal_new(name,
                        FIRN_TYPE_JOBS,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        1,
                        FIRN_TYPE_JOB);
}

static void
firn_jobs_class_init(FirnJobsClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_jobs_finalize;
    signals[SIGNAL_JOB_ADDED] = new_signal("job-added");
    signals[SIGNAL_JOB_REMOVED] = new_signal("job-removed");
}

static void
firn_jobs_init(FirnJobs *self)
{
    self->surroundings.numbers = g_atomic_rc_box_new0(guint);
    self->jobs = g_ptr_array_new_with_free_func(g_object_unref);
    self->kept = g_ptr_array_new_with_free_func(g_object_unref);
}

static void
remove_job(FirnJobs *self, FirnJob *job)
{
    g_signal_emit(self, signals[SIGNAL_JOB_REMOVED], 0, job);
    g_ptr_array_remove(self->jobs, job);
}

static void
drop_old(FirnJobs *self)
{
    if (self->surroundings.failed == NULL)
        return;
    firn_failed_jobs_expire(self->surroundings.failed);
    for (guint i = self->kept->len; i > 0; i--) {
        g_autoptr(FirnJob) job = g_object_ref(self->kept->pdata[i - 1]);

        if (firn_failed_jobs_has(self->surroundings.failed, firn_job_get_id(job)))
            continue;
        g_ptr_array_remove_index(self->kept, i - 1);
        remove_job(self, job);
    }
}

static gboolean
on_timer(gpointer user_data)
{
    FirnJobs *self = user_data;

    drop_old(self);
    if (self->kept->len > 0)
        return G_SOURCE_CONTINUE;
    self->timer = 0;
    return G_SOURCE_REMOVE;
}

static void
keep(FirnJobs *self, FirnJob *job)
{
    g_ptr_array_add(self->kept, g_object_ref(job));
    if (self->timer == 0)
        self->timer = g_timeout_add_seconds(LOOK_EVERY_S, on_timer, self);
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    guint left = firn_job_get_id(*(FirnJob *const *)a);
    guint right = firn_job_get_id(*(FirnJob *const *)b);

    return left < right ? -1 : left > right;
}

/* Adds the failed jobs that are not in the list yet. */
static void
take_over_failed(FirnJobs *self)
{
    g_autoptr(GPtrArray) failed = firn_failed_jobs_list(self->surroundings.failed);

    for (guint i = 0; i < failed->len; i++) {
        const FirnFailedJob *one = failed->pdata[i];
        FirnJob *job = firn_jobs_find(self, one->id) == NULL ? firn_job_new_failed(one) : NULL;

        if (job == NULL)
            continue;
        g_ptr_array_add(self->jobs, job);
        g_ptr_array_sort(self->jobs, compare_ids);
        keep(self, job);
        g_signal_emit(self, signals[SIGNAL_JOB_ADDED], 0, job);
    }
}

static void
on_kept(FirnJob *job, gpointer user_data)
{
    take_over_failed(user_data);
}

/* New jobs do not reuse the numbers of failed jobs that are still kept. */
static void
count_on(FirnJobs *self)
{
    for (guint i = 0; i < self->jobs->len; i++)
        *self->surroundings.numbers =
            MAX(*self->surroundings.numbers, firn_job_get_id(self->jobs->pdata[i]));
}

FirnJobs *
firn_jobs_new(FirnFailedJobs *failed)
{
    FirnJobs *self = g_object_new(FIRN_TYPE_JOBS, NULL);

    if (failed == NULL)
        return self;
    self->surroundings.failed = g_object_ref(failed);
    take_over_failed(self);
    count_on(self);
    return self;
}

void
firn_jobs_set_hooks(FirnJobs *self, FirnHostHooks *hooks)
{
    self->surroundings.hooks = firn_host_hooks_ref(hooks);
}

static void
free_ended(gpointer data)
{
    Ended *ended = data;

    g_weak_ref_clear(&ended->jobs);
    g_object_unref(ended->job);
    g_free(ended);
}

static gboolean
on_old(gpointer user_data)
{
    Ended *ended = user_data;
    g_autoptr(FirnJobs) self = g_weak_ref_get(&ended->jobs);

    if (self == NULL)
        return G_SOURCE_REMOVE;
    if (self->surroundings.failed != NULL &&
        firn_failed_jobs_has(self->surroundings.failed, firn_job_get_id(ended->job)))
        keep(self, ended->job);
    else
        remove_job(self, ended->job);
    return G_SOURCE_REMOVE;
}

static void
forget_later(FirnJobs *self, FirnJob *job)
{
    Ended *ended = g_new0(Ended, 1);

    g_weak_ref_init(&ended->jobs, self);
    ended->job = g_object_ref(job);
    g_timeout_add_seconds_full(G_PRIORITY_DEFAULT, KEEP_ENDED_S, on_old, ended, free_ended);
}

static FirnJob *
find_pending(FirnJobs *self, FirnVm *vm)
{
    for (guint i = 0; i < self->jobs->len; i++) {
        FirnJob *job = self->jobs->pdata[i];

        if (firn_job_get_state(job) == FIRN_JOB_STATE_PENDING && firn_job_get_vm(job) == vm)
            return job;
    }
    return NULL;
}

/* The VM is never without a job in between, or another one would begin then. */
static void
run_next(FirnJobs *self, FirnVm *vm)
{
    FirnJob *next = find_pending(self, vm);

    firn_vm_set_job(vm, next == NULL ? 0 : firn_job_get_id(next));
    if (next != NULL)
        firn_job_run(next);
}

static void
on_completed(FirnJob *job, gpointer user_data)
{
    FirnJobs *self = user_data;

    run_next(self, firn_job_get_vm(job));
    forget_later(self, job);
    if (--self->running == 0 && self->on_stopped != NULL)
        self->on_stopped(self->on_stopped_data);
}

/* %NULL: nothing but, perhaps, a job of firnd's own, which a new one waits for. */
static FirnJob *
find_blocking(FirnJobs *self, FirnVm *vm)
{
    FirnJob *current = firn_jobs_find(self, firn_vm_get_job(vm));

    if (current != NULL && firn_job_is_own(current))
        return find_pending(self, vm);
    return current;
}

static gboolean
refuse_busy(FirnJobs *self, FirnVm *vm, GError **error)
{
    FirnJob *other = find_blocking(self, vm);
    g_autofree char *holders = other == NULL ? NULL : firn_job_dup_holders(other);

    if (self->is_stopping) {
        firn_host_error_set(error, FIRN_HOST_ERROR_BUSY, "firnd is stopping");
        return TRUE;
    }
    if (other == NULL)
        return FALSE;
    firn_host_error_set(
        error,
        FIRN_HOST_ERROR_BUSY,
        "%s is busy with job %u (%s, in phase %s%s%s); wait for it with: firn job %u --wait",
        firn_vm_get_name(vm),
        firn_job_get_id(other),
        firn_job_get_operation(other),
        firn_job_get_phase(other),
        *holders == '\0' ? "" : ", for ",
        holders,
        firn_job_get_id(other));
    return TRUE;
}

FirnJob *
firn_jobs_start(FirnJobs *self, const FirnJobRequest *request, GError **error)
{
    FirnJob *job;

    if (refuse_busy(self, request->vm, error)) {
        if (request->free_params != NULL)
            request->free_params(request->params);
        return NULL;
    }
    job = firn_job_new(&self->surroundings, request);
    g_ptr_array_add(self->jobs, job);
    self->running++;
    g_signal_connect_object(job, "completed", G_CALLBACK(on_completed), self, 0);
    g_signal_connect_object(job, "kept", G_CALLBACK(on_kept), self, 0);
    if (firn_vm_get_job(request->vm) == 0) {
        firn_job_run(job);
        firn_vm_set_job(request->vm, firn_job_get_id(job));
    }
    g_signal_emit(self, signals[SIGNAL_JOB_ADDED], 0, job);
    return job;
}

FirnJob *
firn_jobs_find(FirnJobs *self, guint id)
{
    for (guint i = 0; i < self->jobs->len; i++)
        if (firn_job_get_id(self->jobs->pdata[i]) == id)
            return self->jobs->pdata[i];
    return NULL;
}

GPtrArray *
firn_jobs_list(FirnJobs *self)
{
    drop_old(self);
    return g_ptr_array_copy(self->jobs, (GCopyFunc)(gpointer)g_object_ref, NULL);
}

void
firn_jobs_stop(FirnJobs *self, GSourceFunc callback, gpointer user_data)
{
    self->is_stopping = TRUE;
    self->on_stopped = callback;
    self->on_stopped_data = user_data;
    for (guint i = 0; i < self->jobs->len; i++)
        firn_job_leave(self->jobs->pdata[i]);
    if (self->running == 0)
        g_idle_add(callback, user_data);
}
