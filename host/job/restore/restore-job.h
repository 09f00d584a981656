/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "restore-plan.h"

/**
 * firn_restore_job_start:
 * @params: (transfer full): the request
 * @started_by: uid of the caller
 *
 * Restores a VM: plan, stop, save the current state as the undo point, revert the disks, start,
 * record. The undo point is a hidden snapshot. If a step before the record fails, the VM is rolled
 * back to its previous state; once the record is written, the VM is restored.
 *
 * Result: "snapshot" (s, UUID), "name" (s), "state" (s): the VM's state now, "changes" (as),
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
