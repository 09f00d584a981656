/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "block-device.h"
#include "disk.h"

/**
 * firn_block_disk_new:
 * @target: its key
 * @device: what a running QEMU tells of it
 *
 * What every source of VMs makes of a block device alike. One with snapshot=on, whose writes go to
 * a file that QEMU has removed already, is transient.
 *
 * Returns: (transfer full): the disk
 */
FirnDisk *firn_block_disk_new(const char *target, const FirnBlockDevice *device);

/**
 * firn_block_disk_obstruct:
 * @disk: what was made of @device
 * @device: what a running QEMU tells of it
 *
 * Notes why no snapshot can be taken if QEMU names its image by a relative path, or has none; after
 * what its source knows better.
 */
void firn_block_disk_obstruct(FirnDisk *disk, const FirnBlockDevice *device);
