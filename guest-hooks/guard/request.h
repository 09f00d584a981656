/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "report.h"

/**
 * FirnRequest:
 * @token: [A-Za-z0-9-], or "" without a request
 * @deadman_s: 5 to 300
 *
 * What the host wishes of the next freeze.
 */
typedef struct FirnRequest {
    char token[FIRN_TOKEN_BYTES];
    unsigned deadman_s;
} FirnRequest;

/**
 * firn_request_take:
 * @self: with the values that hold without a request
 * @now_s: the time, in seconds since 1970
 *
 * Reads the host's request, and removes it. One that is older than 60 s, from the future, not
 * trusted, or wrong in any way is ignored as a whole.
 */
void firn_request_take(FirnRequest *self, const FirnPaths *paths, int64_t now_s);
