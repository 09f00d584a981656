/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

#define FIRN_GUEST_THAW_MS_DEFAULT 60000

/**
 * firn_guest_thaw_job_start:
 * @jobs: the jobs
 * @vm: the VM
 * @deadline_ms: how long to try; 0: for ever
 * @started_by: uid of the caller
 * @error: return location for a #GError
 *
 * Thaws a guest that somebody else has frozen, or somebody by hand: what firn does only when it is
 * asked. A freeze of firn's own is thawed however long it takes. Main loop only. Its result:
 * "thawed" (u, file systems; 0: none was frozen), "complaint" (s, what the agent complained about;
 * absent if nothing).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_guest_thaw_job_start(FirnJobs *jobs,
                                   FirnVm *vm,
                                   guint deadline_ms,
                                   guint started_by,
                                   GError **error);
