/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTransfer:
 * @done_bytes: transferred so far
 * @total_bytes: to be transferred; 0: there is no transfer
 * @expected_end_us: the expected end at the rate so far, in microseconds of the monotonic clock; 0:
 * unknown yet
 *
 * Progress of a bulk transfer. The other fields are private.
 */
typedef struct {
    guint64 done_bytes;
    guint64 total_bytes;
    gint64 expected_end_us;
    guint64 first_bytes;
    gint64 first_us;
} FirnTransfer;

/**
 * firn_transfer_move:
 * @self: one that is all zero before the first call
 * @done_bytes: transferred so far
 * @total_bytes: to be transferred in all
 * @now_us: of the monotonic clock
 *
 * The first call marks the beginning: what was transferred before it (zero pages, for example) was
 * unusually fast.
 */
void firn_transfer_move(FirnTransfer *self, guint64 done_bytes, guint64 total_bytes, gint64 now_us);
