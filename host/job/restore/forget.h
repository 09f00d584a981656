/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_forget_snapshot:
 * @vm: a VM
 * @backend: stores its disks
 * @snapshot: the record of an undo point
 *
 * Deletes it from the disks, unless the catalogue still needs it. Harmless when no disk has it. Job
 * threads only.
 *
 * Errors: as firn_delete_snapshot_check() and firn_delete_snapshot_run().
 *
 * Returns: %TRUE once no disk has it, or if it is needed
 */
gboolean firn_forget_snapshot(FirnVm *vm,
                              FirnBackend *backend,
                              const FirnSnapshot *snapshot,
                              GError **error);
