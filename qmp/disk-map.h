/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_disk_map_query:
 * @monitor: monitor of a running QEMU
 * @devices: (element-type utf8 utf8): all its disks: name of the root node -> id or QOM path of the
 * guest's device, as query-block has it
 * @deadline_ms: how long to wait for each answer
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * Finds where the guest has its disks, so that what its agent says of them can be compared. Known
 * are disks of virtio-blk, virtio-scsi, AHCI, PIIX (IDE) and NVMe on PCI: those whose device, or
 * whose controller, has an id, and those without that are on the machine's first bus. Two disks
 * that the guest's agent could not tell from each other are left out.
 * Source: query-pci, since 0.14; qom-get, since 1.2.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED if a reply is not of their form.
 *
 * Returns: (transfer full) (element-type utf8 utf8): name of a disk's root node -> its address, as
 * firn_disk_address_new() has it
 */
GHashTable *firn_disk_map_query(FirnChannel *monitor,
                                GHashTable *devices,
                                guint deadline_ms,
                                GCancellable *cancellable,
                                GError **error);
