/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_leaving_out_advise_create:
 * @blockers: (element-type FirnBlocker): what stands in the way of a snapshot
 *
 * Adds to the remedy of each blocker that is about a disk how the snapshot leaves that disk out.
 */
void firn_leaving_out_advise_create(GPtrArray *blockers);

/**
 * firn_leaving_out_advise_restore:
 * @blockers: (element-type FirnBlocker): what stands in the way of a restore of several disks
 *
 * The same for a restore, which takes the disks that are to go back.
 */
void firn_leaving_out_advise_restore(GPtrArray *blockers);
