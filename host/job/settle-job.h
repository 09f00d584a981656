/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

/**
 * FirnSettleNeed:
 * @FIRN_SETTLE_LIST: the VM has come, and its source may have lost its list of snapshots
 * @FIRN_SETTLE_THAW: its guest goes on from RAM that was saved, and may be frozen
 *
 * What others may have done to a VM.
 */
typedef enum {
    FIRN_SETTLE_LIST = 1 << 0,
    FIRN_SETTLE_THAW = 1 << 1,
} FirnSettleNeed;

/**
 * firn_settle_is_list_lacking:
 * @vm: a VM
 *
 * Job threads and others that may block.
 *
 * Returns: whether its source does not list what it should, or believes the VM to be elsewhere in
 * the tree
 */
gboolean firn_settle_is_list_lacking(FirnVm *vm);

/**
 * firn_settle_job_start:
 * @jobs: the jobs
 * @vm: a VM
 * @needs: what is to be seen to
 * @error: return location for a #GError
 *
 * Starts a job that puts right what others have done: moves the current mark, registers snapshots
 * that every disk has and the source does not list, and thaws a guest that woke up frozen. An agent
 * is waited for for 15 s: one that was frozen was there.
 *
 * Results: "registered" (u), "thawed" (b).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the running job; %NULL with @error set
 */
FirnJob *firn_settle_job_start(FirnJobs *jobs, FirnVm *vm, FirnSettleNeed needs, GError **error);
