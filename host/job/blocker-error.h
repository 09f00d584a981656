/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_blocker_error_check:
 * @blockers: (element-type FirnBlocker): the blockers
 *
 * Errors: %FIRN_HOST_ERROR of the first blocker's kind, naming them all.
 *
 * Returns: %TRUE if there are no blockers
 */
gboolean firn_blocker_error_check(GPtrArray *blockers, GError **error);
