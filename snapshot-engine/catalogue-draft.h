/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-state.h"

/**
 * FirnCatalogueDraft:
 * @old: the state that is there
 * @snapshots: (element-type FirnSnapshot): records of the next one
 * @current: (nullable): UUID of the snapshot from which the VM will have gone on
 * @undo: (nullable): the way back from having gone back
 * @source_mark: (nullable): as in the state
 * @policy: what will be allowed
 *
 * What the next state of a catalogue is going to be made of.
 */
typedef struct {
    FirnCatalogueState *old; /* (owned) */
    GPtrArray *snapshots;    /* (owned) (element-type FirnSnapshot) */
    char *current;           /* (owned) (nullable) */
    FirnUndoPoint *undo;     /* (owned) (nullable) */
    char *source_mark;       /* (owned) (nullable) */
    FirnPolicy policy;
} FirnCatalogueDraft;

/**
 * firn_catalogue_draft_new:
 * @old: the state that is there
 *
 * Returns: (transfer full): a draft that changes nothing yet
 */
FirnCatalogueDraft *firn_catalogue_draft_new(FirnCatalogueState *old);

/**
 * firn_catalogue_draft_free:
 * @self: (nullable): a draft
 */
void firn_catalogue_draft_free(FirnCatalogueDraft *self);

/**
 * firn_catalogue_draft_finish:
 * @self: a draft
 * @error: return location for a #GError
 *
 * Errors: as firn_catalogue_state_new().
 *
 * Returns: (transfer full): the next state; %NULL with @error set
 */
FirnCatalogueState *firn_catalogue_draft_finish(FirnCatalogueDraft *self, GError **error);

/**
 * firn_catalogue_draft_check_new:
 * @state: a state
 * @name: name of the snapshot to be made
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_LIMIT.
 *
 * Returns: %TRUE if firn_catalogue_draft_add() would take one of that name
 */
gboolean firn_catalogue_draft_check_new(FirnCatalogueState *state,
                                        const char *name,
                                        GError **error);

/**
 * firn_catalogue_draft_add:
 * @self: a draft
 * @snapshot: a complete record
 * @error: return location for a #GError
 *
 * Errors: as firn_catalogue_draft_check_new().
 *
 * Returns: %TRUE if it was taken and made the current one
 */
gboolean firn_catalogue_draft_add(FirnCatalogueDraft *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_catalogue_draft_adopt:
 * @self: a draft
 * @snapshot: a complete record
 * @error: return location for a #GError
 *
 * Errors: as firn_catalogue_draft_check_new().
 *
 * Returns: %TRUE if it was taken; the current one stays that
 */
gboolean firn_catalogue_draft_adopt(FirnCatalogueDraft *self,
                                    FirnSnapshot *snapshot,
                                    GError **error);

/**
 * firn_catalogue_draft_keep:
 * @self: a draft
 * @snapshot: a complete record
 * @error: return location for a #GError
 *
 * As firn_catalogue_draft_adopt(), whatever the limit says.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS.
 *
 * Returns: %TRUE if it was taken; the current one stays that
 */
gboolean firn_catalogue_draft_keep(FirnCatalogueDraft *self,
                                   FirnSnapshot *snapshot,
                                   GError **error);

/**
 * firn_catalogue_draft_remove:
 * @self: a draft
 * @uuid: UUID of a record
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if it is out, and its children are its parent's
 */
gboolean firn_catalogue_draft_remove(FirnCatalogueDraft *self, const char *uuid, GError **error);

/**
 * firn_catalogue_draft_edit:
 * @self: a draft
 * @uuid: UUID of a record
 * @name: (nullable): its new name
 * @comment: (nullable): its new comment
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if it has its new labels
 */
gboolean firn_catalogue_draft_edit(FirnCatalogueDraft *self,
                                   const char *uuid,
                                   const char *name,
                                   const char *comment,
                                   GError **error);

/**
 * firn_catalogue_draft_go_back:
 * @self: a draft
 * @current: (nullable): UUID of the snapshot that the VM goes on from
 * @undo: (nullable): the way back from that; %NULL: there is none
 */
void firn_catalogue_draft_go_back(FirnCatalogueDraft *self,
                                  const char *current,
                                  FirnUndoPoint *undo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueDraft, firn_catalogue_draft_free)
