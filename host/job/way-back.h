/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_way_back_take:
 * @vm: a VM whose going back was interrupted, or has failed
 * @backend: stores its disks
 * @present: the record under which its disks' contents of before are kept, as far as they are
 * @restore: where it was going, and how it was; its grace is what is left of it
 * @out_command: (out) (transfer full) (nullable): not %NULL: somebody has started the VM meanwhile.
 * What its guest writes is not thrown away, and this brings back what the disks held before.
 * %NULL: it is as it was
 * @error: return location for a #GError
 *
 * Brings a VM back to what it was before it began to go back: its disks, if they were touched at
 * all, and a guest if it had one: one that shuts down within the grace is started again. Disks that
 * the VM has no more are brought back, too. Harmless when nothing had been done, and when it is
 * done again. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if its QEMU cannot be reached; %FIRN_HOST_ERROR_NOT_FOUND if a disk
 * is gone and others have what is kept, of which then nothing is lost; those of firn_vm_look(),
 * firn_vm_list_disks(), firn_image_tool_inspect(), firn_backend_revert(), firn_erase_snapshot(),
 * firn_salvage_present() and firn_power_on().
 *
 * Returns: %TRUE if nothing is left to be done
 */
gboolean firn_way_back_take(FirnVm *vm,
                            FirnBackend *backend,
                            FirnSnapshot *present,
                            const FirnIntentRestore *restore,
                            char **out_command,
                            GError **error);
