/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_internal_snapshot_take:
 * @monitor: monitor of a running QEMU
 * @nodes: (array zero-terminated=1): root node names of qcow2 disks
 * @tag: name of the snapshot in every image
 * @deadline_ms: how long to wait
 *
 * One transaction: all disks at the same instant, or none. Takes no cancellable, because QEMU
 * carries out whatever was sent.
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
 * @vm_state_node: the one whose image stores the RAM
 * @tag: name of the snapshot
 *
 * Saves disks and RAM while the guest is paused; afterwards the guest runs again if it ran before.
 * Meant for a guest that must stay paused afterwards; for others use memory-migration.h, which
 * keeps the RAM out of the images. QEMU answers no other command until this is complete.
 * Source: snapshot-save, qapi/migration.json, since 6.0.
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
 * @monitor: monitor of a QEMU whose guest is paused
 * @nodes: (array zero-terminated=1): root nodes of the disks
 * @vm_state_node: the one whose image stores the RAM
 * @tag: name of the snapshot
 *
 * Reverts disks and RAM to the snapshot. If this fails, the guest's RAM may be incomplete: the
 * guest must not be resumed. Source: snapshot-load, qapi/migration.json, since 6.0.
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
 *
 * One job for all disks, followed until it ends, without a time limit; disks without @tag are
 * skipped. QEMU reports success even if no disk has the tag: read the tables before and after.
 * Source: snapshot-delete, since QEMU 6.0.
 *
 * Returns: %TRUE if the job succeeded
 */
gboolean firn_internal_snapshot_delete(FirnChannel *monitor,
                                       const char *const *nodes,
                                       const char *tag,
                                       GError **error);
