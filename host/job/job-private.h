/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-jobs.h"
#include "jobs.h"

/* What only FirnJobs does with a job. Main loop only. */

/**
 * firn_job_new:
 * @numbers: (transfer none): a reference-counted box with the last number given; counted up,
 * atomically
 * @request: what to do; its params are taken
 *
 * Returns: (transfer full): a job that has not begun
 */
FirnJob *firn_job_new(guint *numbers, const FirnJobRequest *request);

/**
 * firn_job_new_failed:
 * @failed: what an earlier firnd has kept of it
 *
 * Returns: (transfer full): a job that an earlier firnd had begun, and has no VM
 */
FirnJob *firn_job_new_failed(const FirnFailedJob *failed);

/**
 * firn_job_keep_if_failed:
 * @self: a job that has not begun
 * @failed: (nullable): where it is kept
 *
 * Its signal "kept" () tells, on the main loop, that it has put another one there.
 */
void firn_job_keep_if_failed(FirnJob *self, FirnFailedJobs *failed);

/**
 * firn_job_run:
 * @self: a job that has not begun
 * @error: return location for a #GError
 *
 * Starts its thread. "completed" is emitted once, later.
 *
 * Returns: %TRUE if it runs; otherwise its params are freed
 */
gboolean firn_job_run(FirnJob *self, GError **error);

/**
 * firn_job_leave:
 * @self: a job
 *
 * firnd is about to end: it is cancelled, or goes on to its end; it does not wait for what may
 * never come back.
 */
void firn_job_leave(FirnJob *self);
