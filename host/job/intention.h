/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnIntention:
 *
 * A job's hold on its note in the journal: begun before the first disk is touched, ended when the
 * work is done or undone. One that is neither ended nor left stays open, as when firnd is killed.
 */
typedef struct _FirnIntention FirnIntention;

/**
 * firn_intention_refuse:
 * @vm: a VM
 * @error: return location for a #GError
 *
 * What a going back has left half done is ended before anything else is begun on the disks; every
 * note that is begun asks for that. Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: %TRUE if one was interrupted, with @error set
 */
gboolean firn_intention_refuse(FirnVm *vm, GError **error);

/**
 * firn_intention_begin:
 * @vm: a VM; without a journal nothing is noted
 * @kind: what is about to be done
 * @snapshot: to which snapshot; with its disks
 * @error: return location for a #GError
 *
 * Job threads only.
 *
 * Errors: as firn_intention_refuse() and firn_journal_begin().
 *
 * Returns: (transfer full): the note, on stable storage; %NULL with @error set
 */
FirnIntention *firn_intention_begin(FirnVm *vm,
                                    FirnIntentKind kind,
                                    const FirnSnapshot *snapshot,
                                    GError **error);

/**
 * firn_intention_begin_restore:
 * @vm: a VM; without a journal nothing is noted
 * @present: what is on the disks now, as it is going to be kept
 * @restore: where the VM is going back to
 * @error: return location for a #GError
 *
 * As firn_intention_begin().
 *
 * Returns: (transfer full): the note, on stable storage; %NULL with @error set
 */
FirnIntention *firn_intention_begin_restore(FirnVm *vm,
                                            const FirnSnapshot *present,
                                            const FirnIntentRestore *restore,
                                            GError **error);

/**
 * firn_intention_resume:
 * @vm: a VM with a journal
 * @intent: an open intent of that VM
 *
 * Returns: (transfer full): the note of a job that was interrupted
 */
FirnIntention *firn_intention_resume(FirnVm *vm, const FirnIntent *intent);

/**
 * firn_intention_end:
 * @self: a note whose work is done, or undone
 *
 * Job threads only.
 */
void firn_intention_end(FirnIntention *self);

/**
 * firn_intention_complete:
 * @self: a note whose work is done
 *
 * As firn_intention_end(), and ends what earlier jobs have left that tried the same: nothing of it
 * is left. Job threads only.
 */
void firn_intention_complete(FirnIntention *self);

/**
 * firn_intention_leave:
 * @self: a note whose work can be neither done nor undone now
 * @reason: why
 *
 * Says so in the log and, as long as the note is there, wherever the VM is shown. Job threads only.
 */
void firn_intention_leave(FirnIntention *self, const GError *reason);

/**
 * firn_intention_free:
 * @self: (nullable): a note
 */
void firn_intention_free(FirnIntention *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnIntention, firn_intention_free)
