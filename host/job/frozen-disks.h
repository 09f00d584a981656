/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * firn_frozen_disks_check:
 * @guest: a check that has asked the guest; its evidence gets the indication and the targets
 * @disks: (element-type FirnDisk): the disks that are going to be cut
 * @devices: (element-type utf8 utf8): all disks of QEMU's: root node -> the guest's device
 * @cancellable: (nullable): ends the looking
 *
 * Names the disks of which a freeze freezes nothing: those with a raw database, with ZFS, with
 * another machine's volumes, with swap, or with nothing at all. Where it is not known of each file
 * system that is frozen on which of QEMU's disks it lies, it might lie on any, and none is named.
 * Job threads only.
 */
void firn_frozen_disks_check(FirnGuestCheck *guest,
                             GPtrArray *disks,
                             GHashTable *devices,
                             GCancellable *cancellable);
