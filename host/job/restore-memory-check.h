/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_memory_check:
 * @plan: a plan that has looked at the disks, of a VM that is to go on from RAM
 *
 * Looks whether the RAM is where it should be, and whether the machine that the VM starts with is
 * the one that it was taken from; changes nothing. Job threads only.
 */
void firn_restore_memory_check(FirnRestorePlan *plan);

/**
 * firn_restore_memory_dup_machine:
 * @plan: a plan of a VM that is to go on from RAM
 *
 * Returns: (transfer full) (nullable): the machine that its RAM was taken from, as
 * firn_power_on() takes it; %NULL if the RAM itself says which, or nobody has recorded it
 */
char *firn_restore_memory_dup_machine(const FirnRestorePlan *plan);
