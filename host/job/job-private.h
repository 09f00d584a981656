/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-jobs.h"
#include "jobs.h"

/* Functions for FirnJobs only. Main loop only. */

/**
 * FirnJobSurroundings:
 * @numbers: a reference-counted box with the last number given; incremented atomically
 * @failed: (nullable): where failed jobs are recorded
 * @hooks: (nullable): the host's hooks
 *
 * What all jobs have in common.
 */
typedef struct {
    guint *numbers;         /* (owned) */
    FirnFailedJobs *failed; /* (owned) (nullable) */
    FirnHostHooks *hooks;   /* (owned) (nullable) */
} FirnJobSurroundings;

/**
 * firn_job_new:
 * @surroundings: copied, with references
 * @request: the request; its params are taken over
 *
 * Its signal "kept" () is emitted on the main loop when it has recorded another job as failed.
 *
 * Returns: (transfer full): a job that has not begun
 */
FirnJob *firn_job_new(const FirnJobSurroundings *surroundings, const FirnJobRequest *request);

/**
 * firn_job_new_failed:
 * @failed: the record of an earlier firnd
 *
 * Returns: (transfer full): a failed job of an earlier firnd, without a VM
 */
FirnJob *firn_job_new_failed(const FirnFailedJob *failed);

/**
 * firn_job_run:
 * @self: a job that has not begun
 *
 * Starts its thread; without one it fails with %FIRN_HOST_ERROR_BUSY. "completed" is emitted once,
 * later.
 */
void firn_job_run(FirnJob *self);

/**
 * firn_job_leave:
 *
 * firnd is about to exit: the job is cancelled, or runs to its end; it stops waiting for a source
 * that may never answer.
 */
void firn_job_leave(FirnJob *self);
