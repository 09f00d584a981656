/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTransfer:
 * @done_bytes: how much has been carried
 * @total_bytes: how much there is to carry; 0: nothing is being carried
 * @expected_end_us: when it will be done if it goes on as it has so far, in microseconds of the
 * monotonic clock; 0: nobody can tell yet
 *
 * How far something is that takes its time by its size. The rest is its own.
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
 * @self: one that is all zero before it is first called
 * @done_bytes: carried by now
 * @total_bytes: to be carried in all
 * @now_us: of the monotonic clock
 *
 * Takes what is said first for the beginning: what is quick before (zero pages, say) tells nothing.
 */
void firn_transfer_move(FirnTransfer *self, guint64 done_bytes, guint64 total_bytes, gint64 now_us);
