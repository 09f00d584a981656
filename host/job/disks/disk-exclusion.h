/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_disk_exclusion_advise_create:
 * @blockers: (element-type FirnBlocker): the blockers of a snapshot
 *
 * Adds to the remedy of each blocker about a disk how to exclude that disk.
 */
void firn_disk_exclusion_advise_create(GPtrArray *blockers);

/**
 * firn_disk_exclusion_advise_restore:
 * @blockers: (element-type FirnBlocker): the blockers of a restore of several disks
 *
 * The same for a restore, whose option names the disks to restore.
 */
void firn_disk_exclusion_advise_restore(GPtrArray *blockers);
