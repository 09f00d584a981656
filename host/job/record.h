/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_record_plan:
 * @check: a check without blockers
 *
 * Notes in the record to be which disks it is going to be of. Job threads only.
 */
void firn_record_plan(FirnCheck *check);

/**
 * firn_record_snapshot:
 * @check: what was planned, cut, verified and judged
 * @error: return location for a #GError
 *
 * Completes the record and puts it into the VM's catalogue, durably. On failure
 * firn_erase_snapshot() has to follow. Job threads only.
 *
 * Returns: %TRUE once the snapshot is in the catalogue
 */
gboolean firn_record_snapshot(FirnCheck *check, GError **error);
