/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "intent-guard.h"
#include "restore-plan.h"

/* A restore brings back the configuration that the VM had, unless it is told to keep the current
 * one or restores only some disks: a domain is defined from the XML that the snapshot has; a VM of
 * plain QEMU is started with the command line of that time, and its machine file stays. */

/**
 * firn_restore_definition_is_captured:
 * @plan: a plan with a target
 *
 * Returns: whether the VM gets the definition or the command line that its target has
 */
gboolean firn_restore_definition_is_captured(const FirnRestorePlan *plan);

/**
 * firn_restore_definition_capture:
 * @plan: a plan with its disks
 * @then: a definition that its target has
 *
 * Asks the source for the current definition. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT, and those of the slot "describe".
 *
 * Returns: (transfer full): @then, for the images where they are now; with best effort, without
 * what the host lacks, which it tells; %NULL with @error set
 */
char *firn_restore_definition_capture(FirnRestorePlan *plan, const char *then, GError **error);

/**
 * firn_restore_definition_judge:
 * @plan: a plan with its disks
 *
 * Finds what the VM will be defined as, or started with, and tells what that changes. Job threads
 * only.
 */
void firn_restore_definition_judge(FirnRestorePlan *plan);

/**
 * firn_restore_definition_keep:
 * @plan: a plan whose VM is off
 *
 * Records the current definition with the undo point, as it is after the stop. Job threads only.
 *
 * Errors: those of the slot "describe".
 *
 * Returns: %TRUE if it is recorded, or is not changed by the restore
 */
gboolean firn_restore_definition_keep(FirnRestorePlan *plan, GError **error);

/**
 * firn_restore_definition_write:
 * @plan: a plan whose current definition is kept
 * @intent: the journal entry of the restore, which gets the current definition first
 *
 * Job threads only.
 *
 * Errors: those of firn_intent_guard_keep_definition() and of the slot "define".
 *
 * Returns: %TRUE if the VM has the definition of the target, or keeps its own
 */
gboolean firn_restore_definition_write(FirnRestorePlan *plan,
                                       FirnIntentGuard *intent,
                                       GError **error);
