/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"

/**
 * firn_forget_job_start:
 * @jobs: the jobs
 * @vm: a VM
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
