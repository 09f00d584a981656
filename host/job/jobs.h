/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "failed-jobs.h"
#include "job.h"

/**
 * FirnJobs:
 *
 * All jobs of firnd: running ones; ended ones for five minutes; and failed ones with evidence, also
 * of an earlier firnd, for as long as #FirnFailedJobs keeps them. Main loop only.
 *
 * Signal "job-added" (FirnJob *job). Signal "job-removed" (FirnJob *job): some time after its end.
 */
#define FIRN_TYPE_JOBS (firn_jobs_get_type())
G_DECLARE_FINAL_TYPE(FirnJobs, firn_jobs, FIRN, JOBS, GObject)

/**
 * firn_jobs_new:
 * @failed: (nullable): where failed jobs are recorded; %NULL: nowhere
 *
 * Returns: (transfer full): a list with only the failed jobs of an earlier firnd
 */
FirnJobs *firn_jobs_new(FirnFailedJobs *failed);

/**
 * firn_jobs_set_hooks:
 * @hooks: the host's hooks, for jobs that are started from now on
 */
void firn_jobs_set_hooks(FirnJobs *self, FirnHostHooks *hooks);

/**
 * FirnJobRequest:
 * @vm: its VM
 * @operation: a string constant
 * @run: the job's function
 * @params: (transfer full): for @run
 * @free_params: (nullable): frees @params when the job has ended
 * @works_on_disks: it changes images, with qemu-img if no QEMU runs
 * @is_own: firnd has started it by itself, and it is short: others wait for it
 * @started_by: uid of the caller
 * @backend: (nullable): stores its disks
 */
typedef struct {
    FirnVm *vm; /* (unowned) */
    const char *operation;
    FirnJobFunc run;
    gpointer params; /* (owned) taken also when the start is refused */
    GDestroyNotify free_params;
    gboolean works_on_disks;
    gboolean is_own;
    guint started_by;
    FirnBackend *backend; /* (unowned) (nullable) */
} FirnJobRequest;

/**
 * firn_jobs_start:
 * @request: the request; copied
 *
 * Starts a job that changes a VM. Each VM has one job at a time; one more waits if that is firnd's
 * own.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY, naming the job that blocks it; also while firnd is stopping.
 *
 * Returns: (transfer none): the job, which runs or is pending; %NULL with @error set
 */
FirnJob *firn_jobs_start(FirnJobs *self, const FirnJobRequest *request, GError **error);

/**
 * firn_jobs_find:
 * @id: number of a job
 *
 * Returns: (transfer none) (nullable): the job
 */
FirnJob *firn_jobs_find(FirnJobs *self, guint id);

/**
 * firn_jobs_list:
 *
 * Removes failed jobs that have expired.
 *
 * Returns: (transfer full) (element-type FirnJob): by number
 */
GPtrArray *firn_jobs_list(FirnJobs *self);

/**
 * firn_jobs_stop:
 * @callback: (scope async): called on the main loop once no job runs any more
 * @user_data: for @callback
 *
 * Refuses new jobs, cancels those that can be cancelled, and waits for the others.
 */
void firn_jobs_stop(FirnJobs *self, GSourceFunc callback, gpointer user_data);
