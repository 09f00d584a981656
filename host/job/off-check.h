/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "vm.h"

/**
 * firn_off_check:
 * @vm: a VM that is off
 * @disks: (element-type FirnDisk): its disks, as just read
 * @evidence: gets an indication, unless its guest is known to have shut down; what it may be called
 * follows from that (verdict.h)
 *
 * Whether what a VM has left on its disks is as its guest has left it, or as after a power failure.
 * Job threads only.
 *
 * Returns: how its last run has ended, as firn_last_run_judge() has it
 */
FirnRunEnd firn_off_check(FirnVm *vm, GPtrArray *disks, FirnEvidence *evidence);

/**
 * firn_off_check_describe:
 * @end: how the last run of a VM has ended
 *
 * Returns: (transfer none) (nullable): the half sentence that is behind "it is off, "; %NULL if
 * that is as good as it can be
 */
const char *firn_off_check_describe(FirnRunEnd end);

/**
 * firn_off_check_judge_going_back:
 * @vm: a VM that is off
 * @snapshot: what its disks are reverted to
 * @is_partial: others of its disks stay as they are
 *
 * Job threads only.
 *
 * Returns: what the disks hold afterwards: as after a run that has ended so
 */
FirnRunEnd firn_off_check_judge_going_back(FirnVm *vm,
                                           const FirnSnapshot *snapshot,
                                           gboolean is_partial);
