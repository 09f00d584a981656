/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_record_snapshot:
 * @check: what was cut, verified and judged
 * @error: return location for a #GError
 *
 * Completes the record and puts it into the VM's catalogue, durably. On failure firn_cut_discard()
 * has to follow. Job threads only.
 *
 * Returns: %TRUE once the snapshot is in the catalogue
 */
gboolean firn_record_snapshot(FirnCheck *check, GError **error);
