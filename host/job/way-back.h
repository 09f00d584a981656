/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_way_back_take:
 * @vm: a VM whose going back was interrupted, or has failed
 * @backend: stores its disks
 * @present: the record under which its disks' contents of before are kept, as far as they are
 * @run_before: how it was: "running", "paused" or "off"
 * @error: return location for a #GError
 *
 * Brings a VM back to what it was before it began to go back: its disks, if they were touched at
 * all, and a guest if it had one. Harmless when nothing had been done, and when it is done again.
 * Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if somebody has started the VM meanwhile: what its guest writes is
 * not thrown away unasked; those of firn_vm_look(), firn_vm_list_disks(), firn_backend_revert(),
 * firn_erase_snapshot() and firn_power_on().
 *
 * Returns: %TRUE if the VM is as it was
 */
gboolean firn_way_back_take(FirnVm *vm,
                            FirnBackend *backend,
                            const FirnSnapshot *present,
                            const char *run_before,
                            GError **error);
