/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_disk_address_new:
 * @bus: number of the PCI bus, as the guest sees it
 * @slot: on it
 * @function: of that slot
 * @number: which of its disks, see below
 *
 * The number is the LUN behind a virtio-scsi controller, the port of an AHCI one,
 * firn_disk_address_number_of_ide() behind a PIIX, and 0 for a virtio-blk disk or an NVMe
 * controller with one namespace, which are alone.
 *
 * Where a disk is in its machine, which QEMU and the guest name alike.
 *
 * Returns: (transfer full): text, the same for the same place: "0:05.0/2"
 */
char *firn_disk_address_new(guint bus, guint slot, guint function, guint number);

/**
 * firn_disk_address_number_of_ide:
 * @bus: which of the two buses of an IDE controller
 * @unit: 0 or 1 on it
 *
 * Returns: a number for firn_disk_address_new()
 */
guint firn_disk_address_number_of_ide(guint bus, guint unit);

/**
 * firn_disk_address_read:
 * @disk: (nullable): a GuestDiskAddress of a guest's agent
 *
 * Agents for Linux tell no target of a SCSI disk, so only its LUN counts. Disks on SATA, IDE and
 * NVMe only of agents for Linux, which are known by the name of the device that they tell since
 * 3.1: those for Windows say the numbers of its SCSI layer instead, which several disks share.
 * Source: guest-get-fsinfo, "disk" since 2.2; qga/commands-posix.c (a host per IDE bus, the target
 * is the unit; AHCI: a host per port; NVMe: no namespace), qga/commands-win32.c.
 *
 * Returns: (transfer full) (nullable): the same text as firn_disk_address_new(); %NULL if it tells
 * no place, or one of another kind
 */
char *firn_disk_address_read(JsonObject *disk);
