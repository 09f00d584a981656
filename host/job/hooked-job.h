/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "job.h"

/**
 * firn_hooked_job_run:
 * @job: a job
 * @snapshot: (nullable): name or UUID of its snapshot; %NULL: not chosen yet
 * @run: what it does
 * @params: for @run
 * @reports: (element-type FirnHookReport): gets what each hook did
 *
 * Runs the host's hooks that come before the job, then @run, unless a critical hook failed, and
 * then the hooks that come after it, whatever the outcome. Adds to the result "host-hooks"
 * (a(ssus): hook, phase, milliseconds, failure or ""), and to "warnings" each hook that failed. Job
 * threads only.
 *
 * Errors: of a critical hook, and of @run.
 *
 * Returns: %TRUE if @run has done what was requested
 */
gboolean firn_hooked_job_run(FirnJob *job,
                             const char *snapshot,
                             FirnJobFunc run,
                             gpointer params,
                             GPtrArray *reports,
                             GError **error);

/**
 * firn_hooked_job_end_interrupted:
 * @job: a job that has ended what an earlier firnd was interrupted in
 *
 * Runs the hooks that come after the interrupted job, if hooks had been started before it. Job
 * threads only.
 */
void firn_hooked_job_end_interrupted(FirnJob *job);
