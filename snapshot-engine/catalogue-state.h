/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "policy.h"
#include "undo-point.h"

/**
 * FirnCatalogueState:
 * @snapshots: (element-type FirnSnapshot): all records in tree order
 * @by_uuid: (element-type utf8 FirnSnapshot): by UUID in lower case
 * @by_name: (element-type utf8 FirnSnapshot): by name in lower case
 * @current: (nullable): UUID of the current snapshot
 * @undo: (nullable): the undo point
 * @source_mark: (nullable): UUID of the snapshot that the VM's source has as its current one, if
 * firn has made another one current since
 * @policy: the VM's policy
 *
 * The contents of a catalogue at one time. Immutable, so that readers need no lock.
 */
typedef struct {
    gatomicrefcount references;
    GPtrArray *snapshots; /* (owned) (element-type FirnSnapshot) */
    GHashTable *by_uuid;  /* (owned) (element-type utf8 FirnSnapshot) */
    GHashTable *by_name;  /* (owned) (element-type utf8 FirnSnapshot) */
    char *current;        /* (owned) (nullable) */
    FirnUndoPoint *undo;  /* (owned) (nullable) */
    char *source_mark;    /* (owned) (nullable) */
    FirnPolicy policy;
} FirnCatalogueState;

/**
 * firn_catalogue_state_new:
 * @snapshots: (element-type FirnSnapshot): records, in any order
 * @current: (nullable): UUID of one of them
 * @undo: (nullable): the undo point
 * @policy: the VM's policy
 *
 * Errors: %FIRN_ENGINE_ERROR_EXISTS for two records with the same UUID or name;
 * %FIRN_ENGINE_ERROR_INVALID for records that are ancestors of themselves, for a @current that is
 * not among them, and for a policy out of range.
 *
 * Returns: (transfer full): a state; %NULL with @error set
 */
FirnCatalogueState *firn_catalogue_state_new(GPtrArray *snapshots,
                                             const char *current,
                                             FirnUndoPoint *undo,
                                             const FirnPolicy *policy,
                                             GError **error);

FirnCatalogueState *firn_catalogue_state_ref(FirnCatalogueState *self);

void firn_catalogue_state_unref(FirnCatalogueState *self);

/**
 * firn_catalogue_state_find:
 * @uuid: (nullable): UUID of a record
 *
 * Returns: (transfer none) (nullable): the record
 */
FirnSnapshot *firn_catalogue_state_find(FirnCatalogueState *self, const char *uuid);

/**
 * firn_catalogue_state_find_name:
 * @name: name of a record, in any case
 *
 * Returns: (transfer none) (nullable): the record
 */
FirnSnapshot *firn_catalogue_state_find_name(FirnCatalogueState *self, const char *name);

/**
 * firn_catalogue_state_lookup:
 * @key: as for firn_catalogue_lookup()
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_ENGINE_ERROR_AMBIGUOUS.
 *
 * Returns: (transfer none): the record; %NULL with @error set
 */
FirnSnapshot *firn_catalogue_state_lookup(FirnCatalogueState *self,
                                          const char *key,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueState, firn_catalogue_state_unref)
