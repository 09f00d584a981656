/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"
#include "restore-plan.h"

/**
 * firn_restore_start_check:
 * @plan: a plan with a target, its disks, and RAM if that is to be loaded
 *
 * Adds a blocker for everything that would make the start after a rollback fail, or the start after
 * the restore; but a VM that is off, and has no RAM to load, is left off for what it lacks
 * (@missing). Job threads only.
 */
void firn_restore_start_check(FirnRestorePlan *plan);

/**
 * firn_restore_start_describe:
 * @plan: a checked plan
 *
 * Returns: how its VM is started after the restore; owned by @plan
 */
FirnPowerOn firn_restore_start_describe(const FirnRestorePlan *plan);

/**
 * firn_restore_start_verify:
 * @plan: a plan whose disks are reverted, and whose guest is paused
 *
 * Compares the images that QEMU has open with those that were reverted. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if it has other images; those of firn_vm_list_disks().
 *
 * Returns: %TRUE if its guest may be resumed
 */
gboolean firn_restore_start_verify(const FirnRestorePlan *plan, GError **error);
