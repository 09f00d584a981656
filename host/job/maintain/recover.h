/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "job.h"

/**
 * FirnRecovery:
 * @completed: interrupted jobs that had finished, or were finished now
 * @rolled_back: those that were rolled back
 * @undecided: those for which neither was possible
 *
 * The outcome of recovering a VM's interrupted jobs.
 */
typedef struct {
    guint completed;
    guint rolled_back;
    guint undecided;
} FirnRecovery;

/**
 * firn_recover_intents:
 * @vm: a VM that a job of firn holds, and whose guest is not frozen
 * @backend: stores the disks
 * @job: (nullable): that job; it records, as failed, the jobs that were not finished
 * @out_recovery: (out): the outcome
 *
 * Ends every open journal entry of a VM according to the state that it finds. A snapshot that was
 * being made is complete if it is in the catalogue; otherwise it is deleted from every disk. A
 * snapshot that was being deleted is deleted: disks first, record last. Recovery can itself be
 * interrupted anywhere and repeated. An entry that can be neither finished nor rolled back stays,
 * with the reason. Job threads only.
 *
 * Errors: the reason of the first entry that stays.
 *
 * Returns: %TRUE if no entry is left
 */
gboolean firn_recover_intents(FirnVm *vm,
                              FirnBackend *backend,
                              FirnJob *job,
                              FirnRecovery *out_recovery,
                              GError **error);
