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
 * firn_restore_memory_find_machine:
 * @plan: a plan of a VM that is to go on from RAM
 * @out_machine: (out) (transfer full) (nullable): what firn_power_on() has to start; %NULL: the VM
 * as it is defined
 * @error: return location for a #GError
 *
 * The machine that its RAM was taken from, if that brings its own description or if it is forced:
 * with the name, images and media that the VM has today. Job threads only.
 *
 * Errors: those of firn_save_image_dup_xml() and firn_power_dup_today().
 *
 * Returns: %TRUE if that can be told
 */
gboolean firn_restore_memory_find_machine(FirnRestorePlan *plan,
                                          char **out_machine,
                                          GError **error);
