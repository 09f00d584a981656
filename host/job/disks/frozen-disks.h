/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * firn_frozen_disks_check:
 * @guest: a check that has queried the guest; its evidence gets the indication and the targets
 * @disks: (element-type FirnDisk): the disks to cut
 * @devices: (element-type utf8 utf8): all disks of QEMU: root node -> the guest's device
 *
 * Names the disks on which a freeze freezes nothing: those with a raw database, ZFS, volumes of
 * another machine, swap, or nothing at all. If the disk of any frozen file system is unknown, it
 * might be on any of them, and none is named. Job threads only.
 */
void firn_frozen_disks_check(FirnGuestCheck *guest,
                             GPtrArray *disks,
                             GHashTable *devices,
                             GCancellable *cancellable);
