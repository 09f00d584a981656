/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_guest_release_paused:
 * @vm: a VM for which an earlier firnd left a lease: its guest may be paused
 *
 * Resumes the guest, unless firn_guest_release_saved() has done so by the journal entry of the
 * snapshot. Job threads only.
 */
void firn_guest_release_paused(FirnVm *vm);

/**
 * firn_guest_release_saved:
 * @vm: a VM whose disks were being cut, or whose RAM was being saved
 * @snapshot: the snapshot that was being made
 *
 * Resumes a guest that is paused for the snapshot, and waits for the end of QEMU's stream, if RAM
 * was being saved. Harmless otherwise. Retries without limit while the VM cannot be reached. Job
 * threads only.
 *
 * Errors: those of firn_memory_migration_wait_leftover().
 *
 * Returns: %TRUE if the guest has its former run state
 */
gboolean firn_guest_release_saved(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);
