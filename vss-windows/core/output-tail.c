/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output-tail.h"

#include <string.h>

void
firn_output_tail_append(FirnOutputTail *self, const char *bytes, size_t length)
{
    size_t surplus;

    if (length > FIRN_OUTPUT_TAIL_SIZE) {
        bytes += length - FIRN_OUTPUT_TAIL_SIZE;
        length = FIRN_OUTPUT_TAIL_SIZE;
        self->is_cut = true;
    }
    if (self->length + length > FIRN_OUTPUT_TAIL_SIZE) {
        surplus = self->length + length - FIRN_OUTPUT_TAIL_SIZE;
        memmove(self->bytes, self->bytes + surplus, self->length - surplus);
        self->length -= surplus;
        self->is_cut = true;
    }
    memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
}
