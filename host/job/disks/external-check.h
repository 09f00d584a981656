/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/**
 * firn_external_check:
 * @disks: (element-type FirnDisk): the disks to cut
 * @blockers: (element-type FirnBlocker): gets one for each disk that has external snapshots
 *
 * Internal and external snapshots are not mixed on one disk: merging or deleting an overlay later
 * loses the internal snapshots in it. A disk has external snapshots if its image is an overlay, or
 * if the VM's source lists an external snapshot of it. Changes nothing. Job threads only.
 *
 * Returns: (transfer container) (element-type FirnDisk): those of @disks that have none
 */
GPtrArray *firn_external_check(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);
