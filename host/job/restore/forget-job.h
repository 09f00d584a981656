/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"

/**
 * firn_forget_job_start:
 * @backend: stores its disks
 * @started_by: uid of the caller
 *
 * Deletes the undo point of the VM; fails with %FIRN_HOST_ERROR_NOT_FOUND if there is none.
 *
 * Errors: as firn_jobs_start().
 *
 * Returns: (transfer none): the running job; %NULL with @error set
 */
FirnJob *firn_forget_job_start(FirnJobs *jobs,
                               FirnVm *vm,
                               FirnBackend *backend,
                               guint started_by,
                               GError **error);

/**
 * firn_forget_snapshot:
 * @backend: stores its disks
 * @snapshot: the record of an undo point
 *
 * Deletes it from the disks, unless the catalogue still needs it. Harmless when no disk has it. Job
 * threads only.
 *
 * Errors: as firn_delete_snapshot_check() and firn_delete_snapshot_run().
 *
 * Returns: %TRUE once no disk has it, or if it is needed
 */
gboolean firn_forget_snapshot(FirnVm *vm,
                              FirnBackend *backend,
                              const FirnSnapshot *snapshot,
                              GError **error);
