/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_salvage_present:
 * @vm: a VM that was going back when somebody started it
 * @present: the record under which what its disks held before is kept on all of them
 * @restore: where it was going, and how it was
 * @out_command: (out) (transfer full): how to go back to that: "firn undo web1"
 * @error: return location for a #GError
 *
 * Records what the disks held before, so that it can be had, and the VM goes on with what its guest
 * writes now: for undoing; or, if something older is kept for that, as a snapshot that counts for
 * no limit. Job threads only.
 *
 * Errors: those of firn_catalogue_go_back() and firn_catalogue_keep().
 *
 * Returns: %TRUE if it is recorded
 */
gboolean firn_salvage_present(FirnVm *vm,
                              FirnSnapshot *present,
                              const FirnIntentRestore *restore,
                              char **out_command,
                              GError **error);
