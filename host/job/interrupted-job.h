/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "failed-job.h"
#include "intent.h"

/**
 * firn_interrupted_job_new:
 * @intent: what an earlier firnd was doing when it ended
 * @command: (nullable): of a restore that was given up since somebody has started the VM meanwhile:
 * what brings back what its disks held before
 * @reason: (nullable): why it cannot be ended now; %NULL: it was undone
 *
 * Puts down, with the error %FIRN_HOST_ERROR_INTERRUPTED, what the journal tells of a job that
 * nobody is left to tell of: since when it was at the disks, what was asked of the guest, how the
 * VM was, and what has become of it. It ends now.
 *
 * Returns: (transfer full) (nullable): a failed job without a number; %NULL: it was nobody's wish
 * but firn's own housekeeping
 */
FirnFailedJob *firn_interrupted_job_new(const FirnIntent *intent,
                                        const char *command,
                                        const GError *reason);
