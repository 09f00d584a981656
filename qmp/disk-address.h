/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_disk_address_new:
 * @bus: number of the PCI bus, as the guest sees it
 * @slot: on it
 * @function: of that slot
 * @lun: of a disk behind a virtio-scsi controller there; 0 for a virtio-blk disk, which is alone
 *
 * Where a disk is in its machine, which QEMU and the guest name alike.
 *
 * Returns: (transfer full): text, the same for the same place: "0:05.0/2"
 */
char *firn_disk_address_new(guint bus, guint slot, guint function, guint lun);

/**
 * firn_disk_address_read:
 * @disk: (nullable): a GuestDiskAddress of a guest's agent
 *
 * Of virtio disks only. Agents for Linux tell no target of a SCSI disk, so only its LUN counts.
 * Source: guest-get-fsinfo, "disk" since 2.2; qga/commands-posix.c.
 *
 * Returns: (transfer full) (nullable): the same text as firn_disk_address_new(); %NULL if it tells
 * no place, or one of another kind
 */
char *firn_disk_address_read(JsonObject *disk);
