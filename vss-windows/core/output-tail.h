/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FIRN_OUTPUT_TAIL_SIZE 4096

/**
 * FirnOutputTail:
 * @bytes: the last bytes, in the encoding in which they came
 * @length: how many there are
 * @is_cut: whether earlier ones were dropped
 *
 * The end of what a hook has printed, which is where its error message is.
 */
typedef struct {
    char bytes[FIRN_OUTPUT_TAIL_SIZE];
    size_t length;
    bool is_cut;
} FirnOutputTail;

/**
 * firn_output_tail_append:
 * @bytes: what was printed; may contain anything
 *
 * Keeps the last FIRN_OUTPUT_TAIL_SIZE bytes of everything appended so far.
 */
void firn_output_tail_append(FirnOutputTail *self, const char *bytes, size_t length);
