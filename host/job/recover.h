/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "job.h"

/**
 * FirnRecovery:
 * @completed: interrupted jobs that had done, or now have done, what they were for
 * @rolled_back: those that were undone
 * @undecided: those that could be neither
 *
 * What became of the interrupted jobs of a VM.
 */
typedef struct {
    guint completed;
    guint rolled_back;
    guint undecided;
} FirnRecovery;

/**
 * firn_recover_intents:
 * @vm: a VM that is held by a job of firn's, and whose guest is not frozen
 * @backend: stores the disks
 * @job: (nullable): the job that does so; it keeps, as failed, those that did not do what they were
 * for
 * @out_recovery: (out): what became of them
 * @error: return location for a #GError
 *
 * Ends every open intent of a VM by looking at what is there. A snapshot that was being made and is
 * in the catalogue is complete; another is taken off every disk. A snapshot that was being deleted
 * is deleted: disks first, record last. May itself be interrupted anywhere and run again. What can
 * be neither keeps its intent, with the reason. Job threads only.
 *
 * Errors: the reason of the first that could be neither.
 *
 * Returns: %TRUE if none is left
 */
gboolean firn_recover_intents(FirnVm *vm,
                              FirnBackend *backend,
                              FirnJob *job,
                              FirnRecovery *out_recovery,
                              GError **error);

/**
 * firn_recover_standstill:
 * @vm: a VM of which an earlier firnd left a lease that its guest may stand still
 *
 * Lets it go on, unless firn_recover_guest() has done so by the note of what was being made. Job
 * threads only.
 */
void firn_recover_standstill(FirnVm *vm);

/**
 * firn_recover_guest:
 * @vm: a VM whose RAM was being taken
 * @snapshot: what was being made
 * @error: return location for a #GError
 *
 * Lets a guest go on that stands still for it, and waits for the end of QEMU's stream. Harmless
 * otherwise. While the VM cannot be reached it is tried again, for ever. Job threads only.
 *
 * Errors: those of firn_memory_migration_outlive().
 *
 * Returns: %TRUE if the guest is as it was
 */
gboolean firn_recover_guest(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);
