/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

#define FIRN_GUEST_THAW_MS_DEFAULT 60000

/**
 * firn_guest_thaw_job_start:
 * @deadline_ms: how long to try; 0: without limit
 * @started_by: uid of the caller
 *
 * Thaws a guest that another program, or a user by hand, has frozen: firn does that only on
 * request. If the freeze is firn's own, the job has no deadline. Main loop only. Its result:
 * "thawed" (u, file systems; 0: none was frozen), "complaint" (s, the agent's error message; absent
 * if there was none).
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
