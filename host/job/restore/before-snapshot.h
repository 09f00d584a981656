/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_before_snapshot_keep:
 * @vm: a VM that was started during a restore
 * @present: the record under which the previous contents of all its disks are saved
 * @restore: the target of that restore, and the VM's state before it
 * @out_command: (out) (transfer full): the command that restores the previous contents: "firn undo
 * web1"
 *
 * Records the previous contents of the disks so that they can be restored, while the VM keeps what
 * its guest has written since: as the undo point or, if an older undo point exists, as a snapshot
 * that does not count towards the limit. Job threads only.
 *
 * Errors: those of firn_catalogue_transaction_keep() and firn_catalogue_commit().
 *
 * Returns: %TRUE if it is recorded
 */
gboolean firn_before_snapshot_keep(FirnVm *vm,
                                   FirnSnapshot *present,
                                   const FirnIntentRestore *restore,
                                   char **out_command,
                                   GError **error);
