/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/* What bears witness in a guest that its RAM and both its disks are of one instant. */

/**
 * firn_memory_witness_begin:
 * @guest: a guest
 *
 * Fills some RAM, and starts a process that counts: in its own RAM, and on both disks in files that
 * are never empty.
 *
 * Returns: (transfer full): the checksum of the RAM
 */
char *firn_memory_witness_begin(FirnTestGuest *guest);

/**
 * firn_memory_witness_count:
 * @guest: a guest that counts
 *
 * Returns: how far it has come
 */
gint64 firn_memory_witness_count(FirnTestGuest *guest);

/**
 * firn_memory_witness_assert_goes_on:
 * @guest: a guest that has gone back
 * @checksum: of its RAM then
 * @count_then: how far it had come at the most
 *
 * Its RAM is what it was, its process goes on counting, and its disks follow: nothing of either is
 * lost. Ends the process.
 */
void firn_memory_witness_assert_goes_on(FirnTestGuest *guest,
                                        const char *checksum,
                                        gint64 count_then);
