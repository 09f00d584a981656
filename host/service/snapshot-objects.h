/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

/**
 * FirnSnapshotObjects:
 *
 * The Snapshot objects of one VM, which follow its catalogue.
 */
typedef struct _FirnSnapshotObjects FirnSnapshotObjects;

/**
 * firn_snapshot_objects_new:
 * @parts: parts of the service
 *
 * Returns: (transfer full): a set without objects
 */
FirnSnapshotObjects *firn_snapshot_objects_new(const FirnServiceParts *parts, FirnVm *vm);

void firn_snapshot_objects_free(FirnSnapshotObjects *self);

/**
 * firn_snapshot_objects_update:
 *
 * Updates the objects to match the catalogue. Compares records by reference, since they never
 * change.
 */
void firn_snapshot_objects_update(FirnSnapshotObjects *self);

/**
 * firn_snapshot_objects_has:
 * @uuid: UUID of a record
 *
 * Returns: %TRUE if the record has an object
 */
gboolean firn_snapshot_objects_has(FirnSnapshotObjects *self, const char *uuid);

/**
 * firn_snapshot_objects_mark:
 * @unavailable: (element-type utf8): UUIDs of the records that are missing on a disk; all others
 * are available
 */
void firn_snapshot_objects_mark(FirnSnapshotObjects *self, GHashTable *unavailable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSnapshotObjects, firn_snapshot_objects_free)
