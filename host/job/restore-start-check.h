/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"
#include "restore-plan.h"

/**
 * firn_restore_start_check:
 * @plan: a plan with a target, its disks, and RAM if it is to have that
 *
 * Adds a blocker for whatever the start after going back would lack, and the start that a failure
 * would need. Job threads only.
 */
void firn_restore_start_check(FirnRestorePlan *plan);

/**
 * firn_restore_start_describe:
 * @plan: a plan that was checked
 *
 * Returns: with what its VM is switched on afterwards; of @plan
 */
FirnPowerOn firn_restore_start_describe(const FirnRestorePlan *plan);

/**
 * firn_restore_start_verify:
 * @plan: a plan whose disks have gone back, and whose QEMU stands still
 * @error: return location for a #GError
 *
 * Compares what QEMU has open with what has gone back. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if it has other images; those of firn_vm_list_disks().
 *
 * Returns: %TRUE if its guest may go on
 */
gboolean firn_restore_start_verify(const FirnRestorePlan *plan, GError **error);
