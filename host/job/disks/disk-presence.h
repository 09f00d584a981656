/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"
#include "snapshot.h"

/**
 * FirnDiskPresence:
 * @FIRN_DISK_PRESENCE_WHOLE: each of its disks has it, once
 * @FIRN_DISK_PRESENCE_MISSING: none has it, and all of them were read
 * @FIRN_DISK_PRESENCE_DEGRADED: some do not have it, or have it more than once
 * @FIRN_DISK_PRESENCE_UNREACHABLE: one cannot be read, so nothing is concluded
 *
 * Whether a recorded snapshot is on its disks: the one answer for listing, showing, checking,
 * verifying and restoring.
 */
typedef enum {
    FIRN_DISK_PRESENCE_WHOLE,
    FIRN_DISK_PRESENCE_MISSING,
    FIRN_DISK_PRESENCE_DEGRADED,
    FIRN_DISK_PRESENCE_UNREACHABLE,
} FirnDiskPresence;

/**
 * FirnDiskPresenceLook:
 *
 * What was read from the disks of a VM, and from images that are no longer its disks. For one
 * thread at a time.
 */
typedef struct _FirnDiskPresenceLook FirnDiskPresenceLook;

/**
 * firn_disk_presence_look_new:
 * @disks: (nullable) (element-type FirnDisk): the disks that the VM has now, with their tables;
 * %NULL: they could not be read
 * @trouble: (nullable): why they could not be read
 * @is_off: no QEMU has the images
 *
 * Returns: (transfer full): a look
 */
FirnDiskPresenceLook *firn_disk_presence_look_new(GPtrArray *disks,
                                                  const GError *trouble,
                                                  gboolean is_off);

void firn_disk_presence_look_free(FirnDiskPresenceLook *self);

/**
 * firn_disk_presence_look_prepare:
 * @records: (element-type FirnSnapshot): records
 *
 * Reads the images that these records need and that are no longer disks of the VM, each once. Other
 * images are read when they are needed. Blocks.
 */
void firn_disk_presence_look_prepare(FirnDiskPresenceLook *self, GPtrArray *records);

/**
 * firn_disk_presence_look_count:
 * @snapshot: a record
 * @wanted: one of its disks
 * @out_count: (out): how often it has the snapshot; untouched on failure
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_disk_presence_look_count(FirnDiskPresenceLook *self,
                                       const FirnSnapshot *snapshot,
                                       const FirnSnapshotDisk *wanted,
                                       guint *out_count,
                                       GError **error);

/**
 * firn_disk_presence_look_judge:
 * @snapshot: a record
 *
 * Returns: whether it is on its disks
 */
FirnDiskPresence firn_disk_presence_look_judge(FirnDiskPresenceLook *self,
                                               const FirnSnapshot *snapshot);

/**
 * firn_disk_presence_judge:
 * @n_whole: how many disks have a snapshot once
 * @n_lacking: how many do not have it
 * @n_odd: how many have it more than once
 * @n_unread: how many could not be read
 *
 * Returns: the presence that follows
 */
FirnDiskPresence firn_disk_presence_judge(guint n_whole,
                                          guint n_lacking,
                                          guint n_odd,
                                          guint n_unread);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDiskPresenceLook, firn_disk_presence_look_free)
