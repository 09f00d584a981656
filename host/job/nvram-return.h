/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_nvram_return_judge:
 * @plan: a plan with a target
 *
 * Whether UEFI variables go back with the disks; changes nothing. What does not fit is a blocker;
 * with force they stay as they are, or become those that RAM has. Job threads only.
 */
void firn_nvram_return_judge(FirnRestorePlan *plan);

/**
 * firn_nvram_return_keep:
 * @plan: a plan without blockers, of a VM that is off by now
 * @error: return location for a #GError
 *
 * Keeps the present ones, if they are going to be others: after the disks were kept, as whoever
 * finds a copy takes it for a sign that they were. Job threads only.
 *
 * Errors: those of firn_nvram_file_read() and firn_nvram_copy_keep().
 *
 * Returns: %TRUE if that is done
 */
gboolean firn_nvram_return_keep(FirnRestorePlan *plan, GError **error);

/**
 * firn_nvram_return_write:
 * @plan: a plan of which the present is kept
 * @error: return location for a #GError
 *
 * Brings back those of then, if they go back. Job threads only.
 *
 * Errors: those of firn_nvram_file_write().
 *
 * Returns: %TRUE if that is done
 */
gboolean firn_nvram_return_write(FirnRestorePlan *plan, GError **error);

/**
 * firn_nvram_return_put_back:
 * @vm: a VM that is off, and whose going back has failed
 * @present: the record under which the present is kept
 * @error: return location for a #GError
 *
 * Brings back those of before, if they were kept; as a whole, as nobody knows how far the writing
 * had come. Job threads only.
 *
 * Errors: those of firn_nvram_copy_load() and firn_nvram_file_write().
 *
 * Returns: %TRUE if they are as they were
 */
gboolean firn_nvram_return_put_back(FirnVm *vm, const FirnSnapshot *present, GError **error);

/**
 * firn_nvram_return_measure:
 * @vm: a VM
 * @present: a record from a note, which was written before they were kept
 * @error: return location for a #GError
 *
 * Completes what @present says of them, before it gets into the catalogue. Job threads only.
 *
 * Errors: those of firn_nvram_copy_load().
 *
 * Returns: %TRUE if it says what is kept
 */
gboolean firn_nvram_return_measure(FirnVm *vm, FirnSnapshot *present, GError **error);

/**
 * firn_nvram_return_drop:
 * @vm: a VM
 * @uuid: of a snapshot, or of what is kept of the present
 * @error: return location for a #GError
 *
 * Removes the copy, if there is one. Job threads only.
 *
 * Errors: those of firn_nvram_copy_remove().
 *
 * Returns: %TRUE once it is gone
 */
gboolean firn_nvram_return_drop(FirnVm *vm, const char *uuid, GError **error);
