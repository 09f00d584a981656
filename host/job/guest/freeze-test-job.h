/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "freeze-limits.h"
#include "jobs.h"

/**
 * firn_freeze_test_job_start:
 * @limits: timeouts and quiesce mode of the freeze
 * @started_by: uid of the caller
 *
 * Freezes the guest and thaws it at once, exactly as a snapshot would, and reports the result. A
 * guest that cannot be frozen is a finding, not a failure of the job. The job's result: "findings"
 * (FIRN_FINDINGS_TYPE) and, if a freeze was tried, "verdict" (s: "filesystem" if a cut would have
 * been consistent, else "crash"), "expected", "frozen", "thawed" (u: file systems), "frozen-for"
 * (t, microseconds from freeze sent to thaw confirmed), "hint" (s: "guest-permission" ..., "" if
 * none), "mountpoint" (s: what the agent's error names, "" if nothing).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_freeze_test_job_start(FirnJobs *jobs,
                                    FirnVm *vm,
                                    const FirnFreezeLimits *limits,
                                    guint started_by,
                                    GError **error);
