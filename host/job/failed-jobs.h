/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-job.h"
#include "host-clock.h"

#include <glib-object.h>

#define FIRN_FAILED_JOBS_KEEP_US (24 * G_TIME_SPAN_HOUR)
/* How many at most: a VM that fails every minute takes no other's place. */
#define FIRN_FAILED_JOBS_MAX        200
#define FIRN_FAILED_JOBS_MAX_PER_VM 20

/**
 * FirnFailedJobs:
 *
 * What is kept of failed jobs for 24 h: one file each, so that it outlasts firnd. The time is that
 * of the host's running, which nobody can set. Across a start of the host only the clock on the
 * wall can tell how much is over: then at least an hour is left of it, and at most all. Any thread
 * but for what says otherwise.
 */
#define FIRN_TYPE_FAILED_JOBS (firn_failed_jobs_get_type())
G_DECLARE_FINAL_TYPE(FirnFailedJobs, firn_failed_jobs, FIRN, FAILED_JOBS, GObject)

/**
 * firn_failed_jobs_open:
 * @path: the directory, this firnd's own; need not be there
 * @clock: the host's; outlives the jobs
 *
 * Reads what is there. What is over, or cannot be read, is removed. Blocks: before the main loop
 * runs.
 *
 * Returns: (transfer full): the failed jobs
 */
FirnFailedJobs *firn_failed_jobs_open(const char *path, const FirnHostClock *clock);

/**
 * firn_failed_jobs_put:
 * @self: failed jobs
 * @job: (transfer full): one more; when it is over is filled in
 *
 * The oldest make room for it. If it cannot be written, it is kept for as long as firnd runs, and a
 * warning is logged. Blocks: job threads only.
 */
void firn_failed_jobs_put(FirnFailedJobs *self, FirnFailedJob *job);

/**
 * firn_failed_jobs_has:
 * @self: failed jobs
 * @id: number of a job
 *
 * Returns: whether it is kept, and its time not over
 */
gboolean firn_failed_jobs_has(FirnFailedJobs *self, guint id);

/**
 * firn_failed_jobs_covers:
 * @self: failed jobs
 * @job: one that may be told of already
 *
 * A VM has one job at a time.
 *
 * Returns: whether one of the same VM and operation is kept that was on when @job began
 */
gboolean firn_failed_jobs_covers(FirnFailedJobs *self, const FirnFailedJob *job);

/**
 * firn_failed_jobs_list:
 * @self: failed jobs
 *
 * Returns: (transfer full) (element-type FirnFailedJob): copies of all whose time is not over, by
 * number
 */
GPtrArray *firn_failed_jobs_list(FirnFailedJobs *self);

/**
 * firn_failed_jobs_expire:
 * @self: failed jobs
 *
 * Drops those whose time is over. Their files are removed in another thread.
 */
void firn_failed_jobs_expire(FirnFailedJobs *self);
