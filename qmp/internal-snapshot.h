/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_internal_snapshot_take:
 * @monitor: monitor of a running QEMU
 * @nodes: (array zero-terminated=1): root node names of qcow2 disks
 * @tag: name of the snapshot in every image
 * @deadline_ms: how long to wait
 * @error: return location for a #GError
 *
 * One transaction: all disks at one instant, or none. Takes no cancellable: what was sent happens.
 * Source: transaction with blockdev-snapshot-internal-sync, since QEMU 1.7.
 *
 * Returns: %TRUE if QEMU reported success
 */
gboolean firn_internal_snapshot_take(FirnChannel *monitor,
                                     const char *const *nodes,
                                     const char *tag,
                                     guint deadline_ms,
                                     GError **error);

/**
 * firn_internal_snapshot_delete:
 * @monitor: monitor of a running QEMU
 * @nodes: (array zero-terminated=1): root node names of qcow2 disks
 * @tag: name of the snapshot
 * @error: return location for a #GError
 *
 * One job for all disks, followed to its end however long that takes; disks without @tag are passed
 * over. QEMU reports success for a tag that no disk has: read the tables before and after. Source:
 * snapshot-delete, since QEMU 6.0.
 *
 * Returns: %TRUE if the job ended well
 */
gboolean firn_internal_snapshot_delete(FirnChannel *monitor,
                                       const char *const *nodes,
                                       const char *tag,
                                       GError **error);
