/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hold.h"
#include "jobs.h"
#include "knobs.h"

/**
 * firn_quiesce_job_hold:
 * @jobs: the jobs
 * @vm: the VM
 * @knobs: how patient to be; without effect on a window that is open already
 * @owner: who wants the guest frozen; copied
 * @error: return location for a #GError
 *
 * Has the guest frozen until the holder lets go, by a job of its own or by joining the one that
 * keeps the guest frozen already. Main loop only. The job's result: "verdict" (s), "frozen-for" (t,
 * microseconds from freeze sent to thaw confirmed).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer full): a holder, who is told the rest; %NULL with @error set
 */
FirnHolder *firn_quiesce_job_hold(FirnJobs *jobs,
                                  FirnVm *vm,
                                  const FirnKnobs *knobs,
                                  const FirnHolderOwner *owner,
                                  GError **error);
