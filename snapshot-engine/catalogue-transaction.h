/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-state.h"

/**
 * FirnCatalogueTransaction:
 * @old: the current state
 * @snapshots: (element-type FirnSnapshot): records of the next state
 * @current: (nullable): UUID of the snapshot that will be current
 * @undo: (nullable): the undo point
 * @source_mark: (nullable): as in the state
 * @policy: the VM's policy
 *
 * The next state of a catalogue while it is being made.
 */
typedef struct {
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
 *
 * Returns: (transfer full): a draft without changes
 */
FirnCatalogueTransaction *firn_catalogue_transaction_new(FirnCatalogueState *old);

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
 * @state: a state
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
 * @snapshot: a complete record
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
 * @snapshot: a complete record
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
 * @snapshot: a complete record
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
 * Returns: %TRUE if it was removed; its children become children of its parent
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
 * firn_catalogue_transaction_restore:
 * @current: (nullable): UUID of the snapshot that becomes current
 * @undo: (nullable): the new undo point; %NULL: none
 */
void firn_catalogue_transaction_restore(FirnCatalogueTransaction *self,
                                        const char *current,
                                        FirnUndoPoint *undo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueTransaction, firn_catalogue_transaction_free)
