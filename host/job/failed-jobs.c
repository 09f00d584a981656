/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failed-jobs.h"

#include <gio/gio.h>
#include <string.h>

#include "engine-error.h"
#include "state-dir.h"

#define SUFFIX ".json"
/* Leaves time to look after a host that was off has started again. */
#define LEAST_US G_TIME_SPAN_HOUR

struct _FirnFailedJobs {
    GObject parent_instance;
    const FirnHostClock *clock; /* (unowned) */
    FirnStateDir *directory;    /* (owned) */
    GMutex writer;              /* held while files are written or removed */
    GMutex mutex;               /* guards jobs */
    GPtrArray *jobs;            /* (owned) (element-type FirnFailedJob) by number */
};

G_DEFINE_FINAL_TYPE(FirnFailedJobs, firn_failed_jobs, G_TYPE_OBJECT)

static void
firn_failed_jobs_finalize(GObject *object)
{
    FirnFailedJobs *self = FIRN_FAILED_JOBS(object);

    firn_state_dir_unref(self->directory);
    g_ptr_array_unref(self->jobs);
    g_mutex_clear(&self->writer);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(firn_failed_jobs_parent_class)->finalize(object);
}

static void
firn_failed_jobs_class_init(FirnFailedJobsClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_failed_jobs_finalize;
}

static void
firn_failed_jobs_init(FirnFailedJobs *self)
{
    g_mutex_init(&self->writer);
    g_mutex_init(&self->mutex);
    self->jobs = g_ptr_array_new_with_free_func((GDestroyNotify)firn_failed_job_free);
}

static char *
file_name(guint id)
{
    return g_strdup_printf("%u" SUFFIX, id);
}

static gint64
now(FirnFailedJobs *self)
{
    return self->clock->running_us(self->clock->data);
}

/* The caller holds the writer lock. */
static void
remove_file(FirnFailedJobs *self, const char *name)
{
    g_autoptr(GError) error = NULL;

    if (!firn_state_dir_remove(self->directory, name, &error))
        g_info("%s; it will be removed when firnd starts next", error->message);
}

/* The caller holds the writer lock. */
static void
save(FirnFailedJobs *self, const FirnFailedJob *job)
{
    g_autofree char *name = file_name(job->id);
    g_autofree char *text = firn_failed_job_to_text(job);
    g_autoptr(GError) error = NULL;

    if (!firn_state_dir_replace(self->directory, name, text, strlen(text), &error))
        g_warning("%s; the evidence of job %u is kept only while firnd runs: firn job %u",
                  error->message,
                  job->id,
                  job->id);
}

/* The oldest job to remove so that one more of this VM fits; %NULL if there is room. The caller
 * holds the lock. */
static const FirnFailedJob *
find_oldest_too_many(FirnFailedJobs *self, const char *vm_uuid)
{
    const FirnFailedJob *oldest = NULL;
    guint n_of_vm = 0;

    for (guint i = 0; i < self->jobs->len; i++) {
        const FirnFailedJob *job = self->jobs->pdata[i];

        if (!g_str_equal(job->vm_uuid, vm_uuid))
            continue;
        if (n_of_vm++ == 0)
            oldest = job;
    }
    if (n_of_vm > FIRN_FAILED_JOBS_MAX_PER_VM)
        return oldest;
    return self->jobs->len > FIRN_FAILED_JOBS_MAX ? self->jobs->pdata[0] : NULL;
}

/* Returns the files to remove. */
static GPtrArray *
add(FirnFailedJobs *self, FirnFailedJob *job)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const FirnFailedJob *oldest;

    g_ptr_array_add(self->jobs, job);
    while ((oldest = find_oldest_too_many(self, job->vm_uuid)) != NULL) {
        g_ptr_array_add(names, file_name(oldest->id));
        g_ptr_array_remove(self->jobs, (gpointer)oldest);
    }
    return names;
}

void
firn_failed_jobs_put(FirnFailedJobs *self, FirnFailedJob *job)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);
    g_autoptr(GPtrArray) names = NULL;

    g_free(job->boot_id);
    job->boot_id = g_strdup(self->clock->boot_id);
    job->until_us = now(self) + FIRN_FAILED_JOBS_KEEP_US;
    save(self, job);
    names = add(self, job);
    for (guint i = 0; i < names->len; i++)
        remove_file(self, names->pdata[i]);
}

gboolean
firn_failed_jobs_has(FirnFailedJobs *self, guint id)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    for (guint i = 0; i < self->jobs->len; i++) {
        const FirnFailedJob *job = self->jobs->pdata[i];

        if (job->id == id)
            return job->until_us > now(self);
    }
    return FALSE;
}

gboolean
firn_failed_jobs_covers(FirnFailedJobs *self, const FirnFailedJob *job)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    for (guint i = 0; i < self->jobs->len; i++) {
        const FirnFailedJob *kept = self->jobs->pdata[i];

        if (g_str_equal(kept->vm_uuid, job->vm_uuid) &&
            g_str_equal(kept->operation, job->operation) && kept->started_us <= job->started_us &&
            job->started_us <= kept->finished_us)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
firn_failed_jobs_list(FirnFailedJobs *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)firn_failed_job_free);

    for (guint i = 0; i < self->jobs->len; i++) {
        const FirnFailedJob *job = self->jobs->pdata[i];

        if (job->until_us > now(self))
            g_ptr_array_add(list, firn_failed_job_copy(job));
    }
    return list;
}

static void
remove_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    FirnFailedJobs *self = source;
    GPtrArray *names = data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);

    for (guint i = 0; i < names->len; i++)
        remove_file(self, names->pdata[i]);
    g_task_return_boolean(task, TRUE);
}

void
firn_failed_jobs_expire(FirnFailedJobs *self)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GTask) task = NULL;

    g_mutex_lock(&self->mutex);
    for (guint i = self->jobs->len; i > 0; i--) {
        const FirnFailedJob *job = self->jobs->pdata[i - 1];

        if (job->until_us > now(self))
            continue;
        g_ptr_array_add(names, file_name(job->id));
        g_ptr_array_remove_index(self->jobs, i - 1);
    }
    g_mutex_unlock(&self->mutex);
    if (names->len == 0)
        return;
    task = g_task_new(self, NULL, NULL, NULL);
    g_task_set_task_data(task, g_ptr_array_ref(names), (GDestroyNotify)g_ptr_array_unref);
    g_task_run_in_thread(task, remove_in_thread);
}

/* Restarts the count, from this boot of the host. */
static void
restart_count(FirnFailedJobs *self, FirnFailedJob *job)
{
    gint64 age_us = self->clock->wall_us(self->clock->data) - job->finished_us;

    g_free(job->boot_id);
    job->boot_id = g_strdup(self->clock->boot_id);
    job->until_us = now(self) + FIRN_FAILED_JOBS_KEEP_US -
                    CLAMP(age_us, 0, FIRN_FAILED_JOBS_KEEP_US - LEAST_US);
    save(self, job);
}

static FirnFailedJob *
parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autoptr(FirnFailedJob) job = firn_failed_job_parse(text, length, error);
    g_autofree char *expected = job == NULL ? NULL : file_name(job->id);

    if (job != NULL && g_str_equal(expected, name))
        return g_steal_pointer(&job);
    if (job != NULL)
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_CORRUPT,
                    "another job has the same number");
    return NULL;
}

static void
load(FirnFailedJobs *self, const char *name)
{
    g_autoptr(FirnFailedJob) job = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize length;

    if (firn_state_dir_read(self->directory,
                            name,
                            FIRN_FAILED_JOB_BYTES_MAX,
                            &text,
                            &length,
                            &error) &&
        text != NULL)
        job = parse(name, text, length, &error);
    if (error != NULL)
        g_warning("cannot read the evidence of a failed job: %s", error->message);
    if (job != NULL && !g_str_equal(job->boot_id, self->clock->boot_id))
        restart_count(self, job);
    if (job == NULL || job->until_us <= now(self) ||
        job->until_us > now(self) + FIRN_FAILED_JOBS_KEEP_US)
        remove_file(self, name);
    else
        g_ptr_array_add(self->jobs, g_steal_pointer(&job));
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    const FirnFailedJob *left = *(const FirnFailedJob *const *)a;
    const FirnFailedJob *right = *(const FirnFailedJob *const *)b;

    return left->id < right->id ? -1 : left->id > right->id;
}

FirnFailedJobs *
firn_failed_jobs_open(const char *path, const FirnHostClock *clock)
{
    FirnFailedJobs *self = g_object_new(FIRN_TYPE_FAILED_JOBS, NULL);
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GError) error = NULL;

    self->clock = clock;
    self->directory = firn_state_dir_new(path, FIRN_DURABILITY_FLUSHED);
    firn_state_dir_sweep(self->directory);
    names = firn_state_dir_list(self->directory, SUFFIX, &error);
    if (names == NULL)
        g_warning("%s; earlier failed jobs are unknown", error->message);
    for (guint i = 0; names != NULL && i < names->len; i++)
        load(self, names->pdata[i]);
    g_ptr_array_sort(self->jobs, compare_ids);
    return self;
}
