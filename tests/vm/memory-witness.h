/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/* Evidence in a guest that its RAM and both its disks are of one instant. */

/**
 * firn_memory_witness_begin:
 *
 * Fills some RAM, and starts a process that counts: in its RAM, and on both disks in files that are
 * never empty.
 *
 * Returns: (transfer full): the checksum of the RAM
 */
char *firn_memory_witness_begin(FirnTestGuest *guest);

/**
 * firn_memory_witness_count:
 * @guest: a guest that counts
 *
 * Returns: its current count
 */
gint64 firn_memory_witness_count(FirnTestGuest *guest);

/**
 * firn_memory_witness_assert_goes_on:
 * @guest: a guest that was restored
 * @checksum: of its RAM at the snapshot
 * @count_then: highest possible count at the snapshot
 *
 * Checks that its RAM is unchanged, that its process continues to count, and that its disks match.
 * Ends the process.
 */
void firn_memory_witness_assert_goes_on(FirnTestGuest *guest,
                                        const char *checksum,
                                        gint64 count_then);
