/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "restore-plan.h"

/**
 * firn_restore_job_start:
 * @jobs: the jobs
 * @params: (transfer full): what the VM is to go back to
 * @started_by: uid of the caller
 * @error: return location for a #GError
 *
 * Goes back: plan, stop, keep what is there now, revert the disks, start, record. What was kept is
 * hidden, and gone back to by undoing. Whatever fails, the VM is brought back to what it was; once
 * that is recorded, it has gone back.
 *
 * Result: "snapshot" (s, UUID), "name" (s), "state" (s): how the VM is now, "changes" (as),
 * "warnings" (as).
 *
 * Errors: as firn_jobs_start().
 *
 * Returns: (transfer none): the running job; %NULL with @error set
 */
FirnJob *firn_restore_job_start(FirnJobs *jobs,
                                FirnRestoreParams *params,
                                guint started_by,
                                GError **error);
