/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"
#include "snapshot.h"

/**
 * FirnSnapshotObject:
 *
 * One record of a VM's catalogue on the bus: interface Snapshot. It leaves the bus when it is
 * disposed of.
 */
#define FIRN_TYPE_SNAPSHOT_OBJECT (firn_snapshot_object_get_type())
G_DECLARE_FINAL_TYPE(FirnSnapshotObject, firn_snapshot_object, FIRN, SNAPSHOT_OBJECT, GObject)

/**
 * firn_snapshot_object_new:
 * @parts: parts of the service
 *
 * Returns: (transfer full): an object that is on the bus
 */
FirnSnapshotObject *firn_snapshot_object_new(const FirnServiceParts *parts,
                                             FirnVm *vm,
                                             FirnSnapshot *record);

/**
 * firn_snapshot_object_set_record:
 * @record: the current record; does nothing if it is unchanged
 */
void firn_snapshot_object_set_record(FirnSnapshotObject *self, FirnSnapshot *record);

/**
 * firn_snapshot_object_set_available:
 * @is_available: whether all its disks have it
 */
void firn_snapshot_object_set_available(FirnSnapshotObject *self, gboolean is_available);
