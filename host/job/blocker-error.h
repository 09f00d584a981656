/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_blocker_error_check:
 * @blockers: (element-type FirnBlocker): what stands in the way
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR of the first blocker's kind, naming them all.
 *
 * Returns: %TRUE if nothing stands in the way
 */
gboolean firn_blocker_error_check(GPtrArray *blockers, GError **error);
