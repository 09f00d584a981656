/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-job.h"
#include "host-clock.h"

#include <glib-object.h>

#define FIRN_FAILED_JOBS_KEEP_US (24 * G_TIME_SPAN_HOUR)
/* The limit for all VMs. Each VM has a limit of its own, too, so that one that fails every minute
 * does not displace the others. */
#define FIRN_FAILED_JOBS_MAX        200
#define FIRN_FAILED_JOBS_MAX_PER_VM 20

/**
 * FirnFailedJobs:
 *
 * Records of failed jobs, kept for 24 h: one file each, so that they outlast firnd. The time is the
 * host's uptime, which no user can set. Across a reboot of the host only the wall clock is known:
 * then at least an hour remains, and at most what was left. Any thread, except where noted.
 */
#define FIRN_TYPE_FAILED_JOBS (firn_failed_jobs_get_type())
G_DECLARE_FINAL_TYPE(FirnFailedJobs, firn_failed_jobs, FIRN, FAILED_JOBS, GObject)

/**
 * firn_failed_jobs_open:
 * @path: the directory, owned by this firnd; created when needed
 * @clock: the host's; outlives the jobs
 *
 * Reads the directory. Expired and unreadable records are removed. Blocks: call it before the main
 * loop runs.
 *
 * Returns: (transfer full): the failed jobs
 */
FirnFailedJobs *firn_failed_jobs_open(const char *path, const FirnHostClock *clock);

/**
 * firn_failed_jobs_put:
 * @job: (transfer full): the new record; its expiry is filled in
 *
 * Makes room for it by removing the oldest. If it cannot be written, it is kept only while firnd
 * runs, and a warning is logged. Blocks: job threads only.
 */
void firn_failed_jobs_put(FirnFailedJobs *self, FirnFailedJob *job);

/**
 * firn_failed_jobs_has:
 * @id: number of a job
 *
 * Returns: whether its record is kept and has not expired
 */
gboolean firn_failed_jobs_has(FirnFailedJobs *self, guint id);

/**
 * firn_failed_jobs_covers:
 * @job: a job that may have been recorded already
 *
 * A VM has one job at a time, so an overlapping record of the same operation is the same job.
 *
 * Returns: whether a record of the same VM and operation covers the time at which @job began
 */
gboolean firn_failed_jobs_covers(FirnFailedJobs *self, const FirnFailedJob *job);

/**
 * firn_failed_jobs_list:
 *
 * Returns: (transfer full) (element-type FirnFailedJob): copies of all that have not expired, by
 * number
 */
GPtrArray *firn_failed_jobs_list(FirnFailedJobs *self);

/**
 * firn_failed_jobs_expire:
 *
 * Removes expired records. Their files are removed in another thread.
 */
void firn_failed_jobs_expire(FirnFailedJobs *self);
