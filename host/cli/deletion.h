/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot-row.h"

/**
 * FirnDeletionScope:
 * @FIRN_DELETION_ONE: the snapshot
 * @FIRN_DELETION_WITH_CHILDREN: and all its descendants
 * @FIRN_DELETION_CHILDREN_ONLY: its descendants alone
 */
typedef enum {
    FIRN_DELETION_ONE,
    FIRN_DELETION_WITH_CHILDREN,
    FIRN_DELETION_CHILDREN_ONLY,
} FirnDeletionScope;

/**
 * firn_deletion_scope_word:
 * @scope: which relatives are deleted
 *
 * Returns: (transfer none): its word on the bus
 */
const char *firn_deletion_scope_word(FirnDeletionScope scope);

/**
 * firn_deletion_names:
 * @rows: (element-type FirnSnapshotRow): the VM's snapshots, in tree order
 * @paths: (element-type utf8): the snapshots that were named; %NULL: all
 * @scope: which relatives are deleted with each
 *
 * Returns: (transfer full) (element-type utf8): names of the snapshots that would be deleted, in
 * tree order
 */
GPtrArray *firn_deletion_names(GPtrArray *rows, GPtrArray *paths, FirnDeletionScope scope);
