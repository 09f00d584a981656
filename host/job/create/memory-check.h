/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_memory_check:
 * @check: a check that has listed the disks
 *
 * Finds all blockers of saving RAM, and changes nothing; the record gets its memory part. Job
 * threads only.
 */
void firn_memory_check(FirnCheck *check, GCancellable *cancellable);

/**
 * firn_memory_check_get_room:
 * @monitor: of a running VM
 *
 * Job threads only.
 *
 * Returns: how long a stream of its RAM may become, in bytes; 0 if QEMU does not say
 */
guint64 firn_memory_check_get_room(FirnChannel *monitor);
