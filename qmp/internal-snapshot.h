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
 * firn_internal_snapshot_save:
 * @monitor: monitor of a QEMU
 * @nodes: (array zero-terminated=1): root nodes of the disks
 * @vm_state_node: the one whose image gets the RAM
 * @tag: name of the snapshot
 * @error: return location for a #GError
 *
 * Disks and RAM, while the guest stands still; it goes on as it was. For a guest that is to stand
 * still afterwards; else memory-migration.h leaves no RAM in an image. QEMU is deaf for as long as
 * that takes. Source: snapshot-save, qapi/migration.json, since 6.0.
 *
 * Errors: as firn_qmp_job_run().
 *
 * Returns: %TRUE if all of it was written
 */
gboolean firn_internal_snapshot_save(FirnChannel *monitor,
                                     const char *const *nodes,
                                     const char *vm_state_node,
                                     const char *tag,
                                     GError **error);

/**
 * firn_internal_snapshot_load:
 * @monitor: monitor of a QEMU whose guest stands still
 * @nodes: (array zero-terminated=1): root nodes of the disks
 * @vm_state_node: the one whose image has the RAM
 * @tag: name of the snapshot
 * @error: return location for a #GError
 *
 * Disks and RAM are as they were. A guest whose RAM could not be loaded must not go on. Source:
 * snapshot-load, qapi/migration.json, since 6.0.
 *
 * Errors: as firn_qmp_job_run().
 *
 * Returns: %TRUE if all of it was loaded
 */
gboolean firn_internal_snapshot_load(FirnChannel *monitor,
                                     const char *const *nodes,
                                     const char *vm_state_node,
                                     const char *tag,
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
