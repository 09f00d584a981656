/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

/**
 * firn_thaw_job_start:
 * @jobs: the jobs
 * @vm: a VM whose lease an earlier firnd has left behind
 * @since_us: since when its guest may be frozen, microseconds since the epoch
 * @error: return location for a #GError
 *
 * Thaws the guest, however long that takes, and ends the lease. Main loop only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_thaw_job_start(FirnJobs *jobs, FirnVm *vm, gint64 since_us, GError **error);
