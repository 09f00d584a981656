/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_disk_map_query:
 * @monitor: monitor of a running QEMU
 * @devices: (element-type utf8 utf8): all disks of the VM: name of the root node -> id or QOM path
 * of the guest's device, as in query-block
 * @deadline_ms: how long to wait for each answer
 *
 * Finds out where each disk is attached in the guest, so that it can be compared with what the
 * guest agent reports. Supported are disks of virtio-blk, virtio-scsi, AHCI, PIIX (IDE) and NVMe on
 * PCI whose device or controller has an id, or which are on the machine's first bus. Disks that the
 * guest agent could not tell apart are left out.
 * Source: query-pci, since 0.14; qom-get, since 1.2.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED if a reply is not of their form.
 *
 * Returns: (transfer full) (element-type utf8 utf8): name of a disk's root node -> its address, as
 * from firn_disk_address_new()
 */
GHashTable *firn_disk_map_query(FirnChannel *monitor,
                                GHashTable *devices,
                                guint deadline_ms,
                                GCancellable *cancellable,
                                GError **error);
