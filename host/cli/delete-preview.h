/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot-row.h"

/**
 * FirnDeletePreviewScope:
 * @FIRN_DELETE_PREVIEW_ONE: the snapshot
 * @FIRN_DELETE_PREVIEW_WITH_CHILDREN: and all its descendants
 * @FIRN_DELETE_PREVIEW_CHILDREN_ONLY: its descendants alone
 */
typedef enum {
    FIRN_DELETE_PREVIEW_ONE,
    FIRN_DELETE_PREVIEW_WITH_CHILDREN,
    FIRN_DELETE_PREVIEW_CHILDREN_ONLY,
} FirnDeletePreviewScope;

/**
 * firn_delete_preview_scope_word:
 * @scope: which relatives are deleted
 *
 * Returns: (transfer none): its word on the bus
 */
const char *firn_delete_preview_scope_word(FirnDeletePreviewScope scope);

/**
 * firn_delete_preview_names:
 * @rows: (element-type FirnSnapshotRow): the VM's snapshots, in tree order
 * @paths: (element-type utf8): the snapshots that were named; %NULL: all
 * @scope: which relatives are deleted with each
 *
 * Returns: (transfer full) (element-type utf8): names of the snapshots that would be deleted, in
 * tree order
 */
GPtrArray *firn_delete_preview_names(GPtrArray *rows,
                                     GPtrArray *paths,
                                     FirnDeletePreviewScope scope);
