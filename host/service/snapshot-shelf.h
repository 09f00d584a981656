/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

/**
 * FirnSnapshotShelf:
 *
 * The Snapshot objects of one VM, kept like its catalogue.
 */
typedef struct _FirnSnapshotShelf FirnSnapshotShelf;

/**
 * firn_snapshot_shelf_new:
 * @parts: what its objects call
 * @vm: the VM
 *
 * Returns: (transfer full): an empty shelf
 */
FirnSnapshotShelf *firn_snapshot_shelf_new(const FirnServiceParts *parts, FirnVm *vm);

/**
 * firn_snapshot_shelf_free:
 * @self: a shelf; its objects leave the bus
 */
void firn_snapshot_shelf_free(FirnSnapshotShelf *self);

/**
 * firn_snapshot_shelf_update:
 * @self: a shelf
 *
 * Makes the objects like the catalogue by difference: records are compared by reference, since they
 * never change.
 */
void firn_snapshot_shelf_update(FirnSnapshotShelf *self);

/**
 * firn_snapshot_shelf_has:
 * @self: a shelf
 * @uuid: UUID of a record
 *
 * Returns: %TRUE if the record has an object
 */
gboolean firn_snapshot_shelf_has(FirnSnapshotShelf *self, const char *uuid);

/**
 * firn_snapshot_shelf_mark:
 * @self: a shelf
 * @unavailable: (element-type utf8): UUIDs of the records that a disk has lost; all others are
 *   there
 */
void firn_snapshot_shelf_mark(FirnSnapshotShelf *self, GHashTable *unavailable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSnapshotShelf, firn_snapshot_shelf_free)
