/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#define FIRN_REASON_BYTES 256

/**
 * FirnReason:
 * @text: why something failed: lower case, no full stop, no line break; "" if nothing did
 *
 * A message of fixed size, so that a failure needs no memory.
 */
typedef struct FirnReason {
    char text[FIRN_REASON_BYTES];
} FirnReason;

/**
 * firn_reason_set:
 * @self: (nullable): where to write it
 * @format: as for printf(); a text that is too long is cut off
 *
 * Returns: false, for callers that return at once
 */
bool firn_reason_set(FirnReason *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
