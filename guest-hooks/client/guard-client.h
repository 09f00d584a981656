/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "paths.h"
#include "protocol.h"
#include "reason.h"

/**
 * FirnClientReply:
 * @status: a FirnExit
 * @text: what the guard says, or a failure as JSON
 */
typedef struct FirnClientReply {
    unsigned status;
    char text[FIRN_MESSAGE_BYTES];
} FirnClientReply;

/**
 * firn_client_ask:
 * @verb: a word that the guard knows
 * @program: (nullable): the guard's, which is started if it does not run and no systemd does; NULL:
 * never
 * @reason: why the guard cannot be reached
 *
 * Asks, and waits for the result for as long as the guard says that it may take.
 *
 * Returns: false if no guard answers: within 2 s, or in the time that it has told
 */
bool firn_client_ask(const FirnPaths *paths,
                     const char *verb,
                     const char *program,
                     FirnClientReply *out,
                     FirnReason *reason);
