/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnIntentGuard:
 *
 * A job's journal entry: begun before the first disk is changed, ended when the work is done or
 * rolled back. One that is neither ended nor left stays open, as if firnd had been killed.
 */
typedef struct _FirnIntentGuard FirnIntentGuard;

/**
 * firn_intent_guard_refuse:
 *
 * An interrupted restore must be ended before another operation changes the disks. Every new
 * journal entry checks this. Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: %TRUE if there is an interrupted restore, with @error set
 */
gboolean firn_intent_guard_refuse(FirnVm *vm, GError **error);

/**
 * firn_intent_guard_begin:
 * @vm: a VM; without a journal nothing is written
 * @kind: the operation
 * @snapshot: its snapshot, with the disks
 *
 * Job threads only.
 *
 * Errors: as firn_intent_guard_refuse() and firn_journal_begin().
 *
 * Returns: (transfer full): the journal entry, on stable storage; %NULL with @error set
 */
FirnIntentGuard *firn_intent_guard_begin(FirnVm *vm,
                                         FirnIntentKind kind,
                                         const FirnSnapshot *snapshot,
                                         GError **error);

/**
 * firn_intent_guard_begin_restore:
 * @vm: a VM; without a journal nothing is written
 * @present: the future undo point, with the disks
 * @restore: the target of the restore, and the VM's state
 *
 * As firn_intent_guard_begin().
 *
 * Returns: (transfer full): the journal entry, on stable storage; %NULL with @error set
 */
FirnIntentGuard *firn_intent_guard_begin_restore(FirnVm *vm,
                                                 const FirnSnapshot *present,
                                                 const FirnIntentRestore *restore,
                                                 GError **error);

/**
 * firn_intent_guard_keep_definition:
 * @self: the entry of a restore
 * @definition: the VM's definition, which the caller is about to replace
 *
 * Errors: as firn_journal_keep_definition(). The definition must not be replaced then.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_intent_guard_keep_definition(FirnIntentGuard *self,
                                           const char *definition,
                                           GError **error);

/**
 * firn_intent_guard_resume:
 * @vm: a VM with a journal
 * @intent: an open journal entry of that VM
 *
 * Returns: (transfer full): the journal entry of an interrupted job
 */
FirnIntentGuard *firn_intent_guard_resume(FirnVm *vm, const FirnIntent *intent);

/**
 * firn_intent_guard_end:
 * @self: an entry whose work is done, or rolled back
 *
 * Job threads only.
 */
void firn_intent_guard_end(FirnIntentGuard *self);

/**
 * firn_intent_guard_complete:
 * @self: an entry whose work is done
 *
 * As firn_intent_guard_end(), and also ends the entries that earlier attempts at the same work have
 * left. Job threads only.
 */
void firn_intent_guard_complete(FirnIntentGuard *self);

/**
 * firn_intent_guard_leave:
 * @self: an entry whose work can be neither done nor rolled back now
 * @reason: why
 *
 * Logs the reason, and shows it with the VM as long as the entry exists. Job threads only.
 */
void firn_intent_guard_leave(FirnIntentGuard *self, const GError *reason);

void firn_intent_guard_free(FirnIntentGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnIntentGuard, firn_intent_guard_free)
