/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_nvram_restore_judge:
 * @plan: a plan with a target
 *
 * Checks whether the UEFI variables are restored with the disks; changes nothing. A mismatch is a
 * blocker; with force the variables stay unchanged, or become those in the saved RAM. Job threads
 * only.
 */
void firn_nvram_restore_judge(FirnRestorePlan *plan);

/**
 * firn_nvram_restore_keep:
 * @plan: a plan without blockers, of a VM that is off by now
 *
 * Saves the current variables, if they will change. Has to follow the snapshots of all disks:
 * recovery takes the copy as proof of those. Job threads only.
 *
 * Errors: those of firn_nvram_file_read() and firn_nvram_copy_keep().
 *
 * Returns: %TRUE if that is done
 */
gboolean firn_nvram_restore_keep(FirnRestorePlan *plan, GError **error);

/**
 * firn_nvram_restore_write:
 * @plan: a plan whose current state is saved
 *
 * Writes the snapshot's variables, if they are restored. Job threads only.
 *
 * Errors: those of firn_nvram_file_write().
 *
 * Returns: %TRUE if that is done
 */
gboolean firn_nvram_restore_write(FirnRestorePlan *plan, GError **error);

/**
 * firn_nvram_restore_put_back:
 * @vm: a VM that is off, and whose restore has failed
 * @present: the record of the undo point
 *
 * Writes the previous variables, if they were saved; always completely, because it is unknown how
 * far the restore had written. Job threads only.
 *
 * Errors: those of firn_nvram_copy_load() and firn_nvram_file_write().
 *
 * Returns: %TRUE if the variables are the previous ones
 */
gboolean firn_nvram_restore_put_back(FirnVm *vm, const FirnSnapshot *present, GError **error);

/**
 * firn_nvram_restore_measure:
 * @present: a record from a journal entry, which was written before the variables were saved
 *
 * Adds the size and checksum of the saved variables to @present, before it gets into the catalogue.
 * Job threads only.
 *
 * Errors: those of firn_nvram_copy_load().
 *
 * Returns: %TRUE if @present describes what is saved
 */
gboolean firn_nvram_restore_measure(FirnVm *vm, FirnSnapshot *present, GError **error);
