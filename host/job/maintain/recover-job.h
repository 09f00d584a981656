/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"

/**
 * firn_recover_job_start:
 * @vm: a VM on which an earlier firnd was interrupted
 * @backend: stores the disks
 * @lease: (nullable) (transfer full): the lease of a guest that may be frozen; %NULL: it is not
 *
 * Thaws the guest first, if it may be frozen; then ends its interrupted jobs as
 * firn_recover_intents() does. Fails if one of them cannot be ended. Main loop only. Its result:
 * "completed" (u), "rolled-back" (u), "undecided" (u).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_recover_job_start(FirnJobs *jobs,
                                FirnVm *vm,
                                FirnBackend *backend,
                                FirnLease *lease,
                                GError **error);
