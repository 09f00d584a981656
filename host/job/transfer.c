/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer.h"

static gint64
expect_end(const FirnTransfer *self, gint64 now_us)
{
    double carried = (double)self->done_bytes - (double)self->first_bytes;
    double left = (double)self->total_bytes - (double)self->done_bytes;

    if (carried <= 0 || now_us <= self->first_us)
        return 0;
    return now_us + (gint64)((double)(now_us - self->first_us) * left / carried);
}

void
firn_transfer_move(FirnTransfer *self, guint64 done_bytes, guint64 total_bytes, gint64 now_us)
{
    if (self->first_us == 0) {
        self->first_bytes = done_bytes;
        self->first_us = now_us;
    }
    self->done_bytes = MIN(done_bytes, total_bytes);
    self->total_bytes = total_bytes;
    self->expected_end_us = expect_end(self, now_us);
}
