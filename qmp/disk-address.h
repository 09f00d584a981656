/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_disk_address_new:
 * @bus: number of the PCI bus, as the guest sees it
 * @slot: slot on that bus
 * @function: function of that slot
 * @number: which disk of that function, see below
 *
 * Describes where a disk is attached, in a form that is the same for QEMU and for the guest.
 *
 * @number is the LUN behind a virtio-scsi controller, the port of an AHCI controller, the result of
 * firn_disk_address_number_of_ide() behind a PIIX, and 0 for a virtio-blk disk or an NVMe
 * controller with one namespace, which have only one disk.
 *
 * Returns: (transfer full): text, equal for equal places: "0:05.0/2"
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
 * @disk: (nullable): a GuestDiskAddress, as the guest agent sends it
 *
 * qemu-ga for Linux does not report the target of a SCSI disk, so only its LUN counts. Disks on
 * SATA, IDE and NVMe are read only from qemu-ga for Linux, which is recognised by the device name
 * that it sends since 3.1: qemu-ga for Windows sends the numbers of the SCSI layer of Windows
 * instead, which several disks share. Source: guest-get-fsinfo, "disk" since 2.2;
 * qga/commands-posix.c (one host per IDE bus, the target is the unit; AHCI: one host per port;
 * NVMe: no namespace), qga/commands-win32.c.
 *
 * Returns: (transfer full) (nullable): the same text as firn_disk_address_new(); %NULL if @disk
 * contains no place, or one of an unsupported kind
 */
char *firn_disk_address_read(JsonObject *disk);
