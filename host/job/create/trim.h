/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_trim_run:
 * @check: a check without blockers
 * @job: gets "trimmed" (t), bytes, as a result
 *
 * Has the guest discard the blocks that its file systems do not use, if the job's params ask for
 * that: the snapshot does not keep them then. What the guest cannot do is no error, but the check's
 * @trim_complaint.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE unless the job was cancelled meanwhile
 */
gboolean firn_trim_run(FirnCheck *check, FirnJob *job, GError **error);
