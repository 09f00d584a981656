/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_restore_rollback_run:
 * @vm: a VM whose restore was interrupted, or has failed
 * @backend: stores its disks
 * @present: the record under which the previous contents of its disks are saved, as far as they are
 * @restore: the target of the restore, and the VM's state before it; its grace is what remains of
 * it
 * @out_command: (out) (transfer full) (nullable): not %NULL: the VM was started in the meantime.
 * What its guest has written is kept, and this command restores the previous contents of its disks.
 * %NULL: the VM was rolled back
 *
 * Rolls back a restore: the disks, if any was changed, the UEFI variables, and the run state: a
 * guest that shuts down within the grace is started again. Disks that the VM no longer has are
 * rolled back, too. Harmless when nothing had been done, and when it is repeated. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if its QEMU cannot be reached; %FIRN_HOST_ERROR_NOT_FOUND if a disk
 * is gone while others have the saved contents, none of which are lost then; those of
 * firn_vm_look(), firn_vm_list_disks(), firn_image_tool_inspect(), firn_backend_revert(),
 * firn_delete_snapshot_run(), firn_before_snapshot_keep() and firn_power_on().
 *
 * Returns: %TRUE if nothing is left to do
 */
gboolean firn_restore_rollback_run(FirnVm *vm,
                                   FirnBackend *backend,
                                   FirnSnapshot *present,
                                   const FirnIntentRestore *restore,
                                   char **out_command,
                                   GError **error);
