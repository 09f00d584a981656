/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/**
 * firn_external_check:
 * @vm: a VM
 * @disks: (element-type FirnDisk): those that are to be cut
 * @blockers: (element-type FirnBlocker): gets one for each disk that has external snapshots
 *
 * Internal snapshots are not mixed with external ones on one disk: whoever merges or deletes an
 * overlay later loses what is in it. A disk has external ones if its image is an overlay, or if the
 * VM's source lists an external snapshot of it. Changes nothing. Job threads only.
 *
 * Returns: (transfer container) (element-type FirnDisk): those of @disks that have none
 */
GPtrArray *firn_external_check(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);
