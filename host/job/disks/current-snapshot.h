/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_current_snapshot_sync:
 *
 * virsh, cockpit and other tools restore snapshots, too. Compares the current snapshot of the VM's
 * source with the catalogue's, and updates the catalogue if another tool has restored one. A
 * snapshot that the source does not list cannot have been restored by it. Job threads only.
 */
void firn_current_snapshot_sync(FirnVm *vm);

/**
 * firn_current_snapshot_note_divergence:
 * @vm: a VM whose snapshot firn has just restored, and whose source was told, if it is to be told
 *
 * A source that was not told, or that failed, still has its former current snapshot. Records that,
 * so that firn_current_snapshot_sync() does not take it for a restore by another tool. Job threads
 * only.
 */
void firn_current_snapshot_note_divergence(FirnVm *vm);
