/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_memory_check:
 * @plan: a plan that has checked the disks, of a VM that will resume from RAM
 *
 * Checks whether the saved RAM is where it should be, and whether the machine that will be started
 * is the one that the RAM was saved from; changes nothing. Job threads only.
 */
void firn_restore_memory_check(FirnRestorePlan *plan);

/**
 * firn_restore_memory_find_machine:
 * @plan: a plan of a VM that will resume from RAM
 * @out_machine: (out) (transfer full) (nullable): what firn_power_on() has to start; %NULL: the VM
 * as it is defined
 *
 * Finds the machine that the RAM was saved from, if the RAM has its own description or force is
 * set: with the VM's current name, images and media. Job threads only.
 *
 * Errors: those of firn_save_image_dup_xml() and firn_power_dup_today().
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_restore_memory_find_machine(FirnRestorePlan *plan,
                                          char **out_machine,
                                          GError **error);
