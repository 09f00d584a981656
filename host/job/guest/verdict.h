/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

/**
 * firn_verdict_judge:
 * @evidence: everything that was found, after the thaw; gets an indication if the freeze window did
 * not hold
 * @frozen_max_ms: how long the guest was allowed to stay frozen
 * @reason: return location for a #GError
 *
 * Decides the verdict of a snapshot of a running guest. A claim of the guest never suffices alone:
 * counts, events and times of the host have to agree with it.
 *
 * Errors: %FIRN_HOST_ERROR_FREEZE_EXPIRED or %FIRN_HOST_ERROR_FREEZE_FAILED when a freeze that had
 * succeeded did not hold.
 *
 * Returns: the verdict; %FIRN_VERDICT_CRASH with @reason set, or without if there was no freeze to
 * judge
 */
FirnVerdict firn_verdict_judge(FirnEvidence *evidence, guint frozen_max_ms, GError **reason);

/**
 * firn_verdict_judge_memory:
 * @evidence: of a snapshot with RAM; the cut was made while its guest was paused
 *
 * Returns: its verdict
 */
FirnVerdict firn_verdict_judge_memory(const FirnEvidence *evidence);
