/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "vm.h"

/**
 * firn_off_check:
 * @vm: a VM that is off
 * @disks: (element-type FirnDisk): its disks, as just read
 * @evidence: gets an indication, unless the guest is known to have shut down; the verdict follows
 * from it (verdict.h)
 *
 * Judges whether the disks of a VM are as its guest left them at shutdown, or as after a power
 * failure. Job threads only.
 *
 * Returns: how its last run ended, as firn_last_run_judge() has it
 */
FirnRunEnd firn_off_check(FirnVm *vm, GPtrArray *disks, FirnEvidence *evidence);

/**
 * firn_off_check_describe:
 * @end: how the last run of a VM ended
 *
 * Returns: (transfer none) (nullable): the clause after "the VM is off, "; %NULL if it was shut
 * down cleanly
 */
const char *firn_off_check_describe(FirnRunEnd end);

/**
 * firn_off_check_judge_revert:
 * @vm: a VM that is off
 * @snapshot: what its disks are reverted to
 * @is_partial: other disks of the VM are not reverted
 *
 * Job threads only.
 *
 * Returns: how the last run counts as having ended for the reverted disks
 */
FirnRunEnd firn_off_check_judge_revert(FirnVm *vm,
                                       const FirnSnapshot *snapshot,
                                       gboolean is_partial);
