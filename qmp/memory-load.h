/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_memory_load_begin:
 * @monitor: of a QEMU that was started with "-incoming defer", and has loaded nothing yet
 * @file: RAM and devices, as memory-migration.h has written them, from its offset on
 * @error: return location for a #GError
 *
 * Has QEMU load a guest's RAM; "query-migrate" tells how that goes on. QEMU is asked for what it
 * knows, by trying: "file:" of a set of files is in 8.2 and later, and the only way in 11; "fd:"
 * is the only one before, and takes pipes alone since 11. For job threads.
 *
 * Errors: those of firn_channel_call(); of a QEMU that refuses both, what it says of both.
 *
 * Returns: %TRUE if it has begun
 */
gboolean firn_memory_load_begin(FirnChannel *monitor, int file, GError **error);
