/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

/**
 * FirnSettleNeed:
 * @FIRN_SETTLE_LIST: the VM has appeared, and its source may have lost its list of snapshots
 * @FIRN_SETTLE_THAW: its guest resumes from saved RAM, and may be frozen
 *
 * What may have to be done after other tools have changed a VM.
 */
typedef enum {
    FIRN_SETTLE_LIST = 1 << 0,
    FIRN_SETTLE_THAW = 1 << 1,
} FirnSettleNeed;

/**
 * firn_settle_is_list_lacking:
 *
 * Blocks; not for the main loop.
 *
 * Returns: whether its source does not list everything that it should, or has another current
 * snapshot
 */
gboolean firn_settle_is_list_lacking(FirnVm *vm);

/**
 * firn_settle_job_start:
 * @needs: what has to be done
 *
 * Starts a job that adapts to what other tools have done: it updates the current snapshot,
 * registers snapshots that every disk has and the source does not list, and thaws a guest that
 * resumed from RAM in a frozen state. It waits up to 15 s for the agent, which a frozen guest must
 * have had.
 *
 * Results: "registered" (u), "thawed" (b).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the running job; %NULL with @error set
 */
FirnJob *firn_settle_job_start(FirnJobs *jobs, FirnVm *vm, FirnSettleNeed needs, GError **error);
