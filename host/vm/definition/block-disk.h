/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "block-device.h"
#include "disk.h"

/**
 * firn_block_disk_new:
 * @target: key of the disk within the VM
 * @device: what a running QEMU reports about it
 *
 * The part of a disk that every source of VMs derives from a block device in the same way. A device
 * with snapshot=on is transient: QEMU has already unlinked the file that it writes to.
 *
 * Returns: (transfer full): the disk
 */
FirnDisk *firn_block_disk_new(const char *target, const FirnBlockDevice *device);

/**
 * firn_block_disk_obstruct:
 * @disk: what was made of @device
 * @device: what a running QEMU reports about it
 *
 * Sets the disk's blocker if QEMU was given its image by a relative path, or has no image for it,
 * unless the source of the VM has set one before.
 */
void firn_block_disk_obstruct(FirnDisk *disk, const FirnBlockDevice *device);
