/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "peer.h"

/**
 * FirnTestFakeMonitor:
 *
 * A QMP monitor without a QEMU: a few disks with their snapshot tables, a run state and the guest
 * agent's port, kept consistent by the commands that firn uses. Replies have the form of QEMU
 * 7.2's. For other behaviour add rules to its peer; a step with "pass" still performs the command.
 */
typedef struct FirnTestFakeMonitor FirnTestFakeMonitor;

/**
 * firn_test_fake_monitor_new:
 * @path: (nullable): of its socket; %NULL: one in a folder of its own
 * @n_disks: how many qcow2 disks: devices vda, vdb ..., nodes node-vda ..., files /images/vda.qcow2
 * ...
 *
 * Returns: (transfer full): a running VM's monitor
 */
FirnTestFakeMonitor *firn_test_fake_monitor_new(const char *path, guint n_disks);

/**
 * firn_test_fake_monitor_get_peer:
 *
 * Returns: (transfer none): its peer, for rules and counts
 */
FirnTestPeer *firn_test_fake_monitor_get_peer(FirnTestFakeMonitor *self);

/**
 * firn_test_fake_monitor_get_uuid:
 *
 * Returns: (transfer none): the reply to query-uuid
 */
const char *firn_test_fake_monitor_get_uuid(FirnTestFakeMonitor *self);

/**
 * firn_test_fake_monitor_set_disk:
 * @device: "vda" ...
 * @driver: "qcow2" or "raw"
 * @file: (nullable): path of the image; %NULL: unchanged
 * @read_only: whether it is
 *
 * Changes what query-block reports about a disk.
 */
void firn_test_fake_monitor_set_disk(FirnTestFakeMonitor *self,
                                     const char *device,
                                     const char *driver,
                                     const char *file,
                                     gboolean read_only);

/**
 * firn_test_fake_monitor_add_snapshot:
 * @device: "vda" ...
 * @tag: tag of an internal snapshot that exists already, as a foreign one
 */
void firn_test_fake_monitor_add_snapshot(FirnTestFakeMonitor *self,
                                         const char *device,
                                         const char *tag);

/**
 * firn_test_fake_monitor_break_transaction:
 * @n_done: how many disks get their snapshot before it fails
 *
 * Makes transactions fail for lack of space from now on, without rolling back.
 */
void firn_test_fake_monitor_break_transaction(FirnTestFakeMonitor *self, guint n_done);

/**
 * firn_test_fake_monitor_dup_snapshots:
 * @device: "vda" ...
 *
 * Returns: (transfer full): the tags on that disk in order, separated by spaces
 */
char *firn_test_fake_monitor_dup_snapshots(FirnTestFakeMonitor *self, const char *device);

/**
 * firn_test_fake_monitor_set_state:
 * @state: value of query-status, as "running", "paused", "io-error"
 *
 * Sets the run state without an event.
 */
void firn_test_fake_monitor_set_state(FirnTestFakeMonitor *self, const char *state);

/**
 * firn_test_fake_monitor_dup_state:
 *
 * Returns: (transfer full): the run state
 */
char *firn_test_fake_monitor_dup_state(FirnTestFakeMonitor *self);

/**
 * firn_test_fake_monitor_set_agent_open:
 * @open: whether an agent in the guest has its port open
 *
 * Changes query-chardev and sends VSERPORT_CHANGE.
 */
void firn_test_fake_monitor_set_agent_open(FirnTestFakeMonitor *self, gboolean open);

/**
 * firn_test_fake_monitor_emit:
 * @event: name, as "RESET"
 * @data: (nullable): JSON text of its data
 *
 * Sends an event to the client, if there is one.
 */
void firn_test_fake_monitor_emit(FirnTestFakeMonitor *self, const char *event, const char *data);

void firn_test_fake_monitor_free(FirnTestFakeMonitor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFakeMonitor, firn_test_fake_monitor_free)
