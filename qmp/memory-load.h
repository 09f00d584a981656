/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * firn_memory_load_begin:
 * @monitor: of a QEMU that was started with "-incoming defer" and has loaded nothing yet
 * @file: RAM and device state as written by memory-migration.h, read from its current offset
 *
 * Makes QEMU load a guest's RAM; its progress is in "query-migrate". Two ways are tried in turn,
 * because QEMU's versions differ: "file:" with an fdset works in 8.2 and later and is the only way
 * in 11; "fd:" is the only way before 8.2, and since 11 accepts pipes only. For job threads.
 *
 * Errors: those of firn_channel_call(); if QEMU refuses both ways, its message for each of them.
 *
 * Returns: %TRUE if loading has begun
 */
gboolean firn_memory_load_begin(FirnChannel *monitor, int file, GError **error);
