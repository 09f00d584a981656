/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-job.h"
#include "intent.h"

/**
 * firn_interrupted_job_new:
 * @intent: the journal entry of an earlier firnd
 * @command: (nullable): if a restore was given up because the VM was started in the meantime: the
 * command that restores the previous contents of its disks
 * @reason: (nullable): why it cannot be ended now; %NULL: it was rolled back
 *
 * Makes a failed job, with the error %FIRN_HOST_ERROR_INTERRUPTED, from the journal entry of a job
 * that ended with its firnd: when it began, what was asked of the guest, the state of the VM, and
 * the outcome. It counts as ended now.
 *
 * Returns: (transfer full) (nullable): a failed job without a number; %NULL: no user requested it,
 * it was firn's own housekeeping
 */
FirnFailedJob *firn_interrupted_job_new(const FirnIntent *intent,
                                        const char *command,
                                        const GError *reason);
