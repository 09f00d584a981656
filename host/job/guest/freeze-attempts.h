/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "freeze.h"

/**
 * firn_freeze_attempts_begin:
 * @check: a check that found an agent
 * @cancellable: (nullable): ends the attempts
 *
 * As firn_freeze_begin(), and again if VSS in a Windows guest is busy, or had a failure that may
 * pass: three times at most, each 30 to 90 seconds after the guest is known to be thawed. Job
 * threads only.
 *
 * Returns: (transfer full): the window of the last attempt; see firn_freeze_is_whole()
 */
FirnFreeze *firn_freeze_attempts_begin(FirnGuestCheck *check, GCancellable *cancellable);
