/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-state.h"

/**
 * FirnCatalogueTransaction:
 * @writer: (nullable): lock of the catalogue, until the transaction ends
 * @old: the current state
 * @snapshots: (element-type FirnSnapshot): records of the next state
 * @current: (nullable): UUID of the snapshot that will be current
 * @undo: (nullable): the undo point
 * @source_mark: (nullable): as in the state
 * @policy: the VM's policy, to be read and changed; a lower limit deletes nothing
 *
 * The next state of a catalogue while it is being made: see firn_catalogue_begin().
 */
typedef struct {
    GMutexLocker *writer;    /* (owned) (nullable) */
    FirnCatalogueState *old; /* (owned) */
    GPtrArray *snapshots;    /* (owned) (element-type FirnSnapshot) */
    char *current;           /* (owned) (nullable) */
    FirnUndoPoint *undo;     /* (owned) (nullable) */
    char *source_mark;       /* (owned) (nullable) */
    FirnPolicy policy;
} FirnCatalogueTransaction;

/**
 * firn_catalogue_transaction_new:
 * @old: the current state
 * @writer: (transfer full): lock of the catalogue
 *
 * Returns: (transfer full): a transaction without changes
 */
FirnCatalogueTransaction *firn_catalogue_transaction_new(FirnCatalogueState *old,
                                                         GMutexLocker *writer);

void firn_catalogue_transaction_free(FirnCatalogueTransaction *self);

/**
 * firn_catalogue_transaction_finish:
 *
 * Errors: as firn_catalogue_state_new().
 *
 * Returns: (transfer full): the next state; %NULL with @error set
 */
FirnCatalogueState *firn_catalogue_transaction_finish(FirnCatalogueTransaction *self,
                                                      GError **error);

/**
 * firn_catalogue_transaction_check_new:
 * @name: name of the snapshot to be made
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_LIMIT.
 *
 * Returns: %TRUE if firn_catalogue_transaction_add() would accept that name
 */
gboolean firn_catalogue_transaction_check_new(FirnCatalogueState *state,
                                              const char *name,
                                              GError **error);

/**
 * firn_catalogue_transaction_add:
 * @snapshot: (transfer none): a complete record; must not be changed afterwards
 *
 * Errors: as firn_catalogue_transaction_check_new().
 *
 * Returns: %TRUE if it was added and made current
 */
gboolean firn_catalogue_transaction_add(FirnCatalogueTransaction *self,
                                        FirnSnapshot *snapshot,
                                        GError **error);

/**
 * firn_catalogue_transaction_adopt:
 * @snapshot: (transfer none): a complete record of a foreign snapshot; must not be changed
 * afterwards
 *
 * Errors: as firn_catalogue_transaction_check_new().
 *
 * Returns: %TRUE if it was added; the current snapshot does not change
 */
gboolean firn_catalogue_transaction_adopt(FirnCatalogueTransaction *self,
                                          FirnSnapshot *snapshot,
                                          GError **error);

/**
 * firn_catalogue_transaction_keep:
 * @snapshot: (transfer none): a complete record of a state that would be lost otherwise; must not
 * be changed afterwards
 *
 * As firn_catalogue_transaction_adopt(), but ignores the limit.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS.
 *
 * Returns: %TRUE if it was added; the current snapshot does not change
 */
gboolean firn_catalogue_transaction_keep(FirnCatalogueTransaction *self,
                                         FirnSnapshot *snapshot,
                                         GError **error);

/**
 * firn_catalogue_transaction_remove:
 * @uuid: UUID of a record
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if it was removed; its children become children of its parent, which becomes
 * current if it was
 */
gboolean firn_catalogue_transaction_remove(FirnCatalogueTransaction *self,
                                           const char *uuid,
                                           GError **error);

/**
 * firn_catalogue_transaction_edit:
 * @uuid: UUID of a record
 * @name: (nullable): its new name
 * @comment: (nullable): its new comment
 *
 * Data, evidence and the tag on disk do not change.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if the labels were changed
 */
gboolean firn_catalogue_transaction_edit(FirnCatalogueTransaction *self,
                                         const char *uuid,
                                         const char *name,
                                         const char *comment,
                                         GError **error);

/**
 * firn_catalogue_transaction_set_host_hooks:
 * @uuid: UUID of a record
 * @reports: (element-type FirnHookReport): what the host's hooks did around its job
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if they are part of its evidence now
 */
gboolean firn_catalogue_transaction_set_host_hooks(FirnCatalogueTransaction *self,
                                                   const char *uuid,
                                                   GPtrArray *reports,
                                                   GError **error);

/**
 * firn_catalogue_transaction_restore:
 * @current: (nullable): UUID of the snapshot that becomes current
 * @undo: (nullable): the new undo point, which replaces the existing one; %NULL: none
 *
 * Records a restore, or the undo of one.
 */
void firn_catalogue_transaction_restore(FirnCatalogueTransaction *self,
                                        const char *current,
                                        FirnUndoPoint *undo);

/**
 * firn_catalogue_transaction_set_current:
 * @uuid: (nullable): UUID of a record; %NULL: none
 *
 * Records that the VM was reverted by another program: this snapshot is current now.
 */
void firn_catalogue_transaction_set_current(FirnCatalogueTransaction *self, const char *uuid);

/**
 * firn_catalogue_transaction_set_source_mark:
 * @uuid: (nullable): UUID of a record
 *
 * Sets what firn_catalogue_dup_source_mark() returns, until that record is removed.
 */
void firn_catalogue_transaction_set_source_mark(FirnCatalogueTransaction *self, const char *uuid);

/**
 * firn_catalogue_transaction_add_undo_run:
 * @uuid: UUID of the undo point's snapshot
 * @us: for how long the VM was seen running since the restore, beyond what is already recorded
 *
 * Harmless if the undo point was replaced meanwhile.
 */
void firn_catalogue_transaction_add_undo_run(FirnCatalogueTransaction *self,
                                             const char *uuid,
                                             gint64 us);

/**
 * firn_catalogue_transaction_forget_undo:
 *
 * Removes the undo point.
 */
void firn_catalogue_transaction_forget_undo(FirnCatalogueTransaction *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueTransaction, firn_catalogue_transaction_free)
