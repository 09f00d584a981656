/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "freeze-limits.h"
#include "jobs.h"
#include "quiesce-session.h"

/**
 * firn_quiesce_job_hold:
 * @limits: timeouts and quiesce mode; without effect on a freeze window that is already open
 * @owner: the client; copied
 *
 * Keeps the guest frozen until the holder leaves, by a new job or by joining the job that already
 * keeps it frozen. Main loop only. The job's result: "verdict" (s), "frozen-for" (t, microseconds
 * from freeze sent to thaw confirmed).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer full): a holder, which is notified of the rest; %NULL with @error set
 */
FirnQuiesceHolder *firn_quiesce_job_hold(FirnJobs *jobs,
                                         FirnVm *vm,
                                         const FirnFreezeLimits *limits,
                                         const FirnQuiesceHolderOwner *owner,
                                         GError **error);
