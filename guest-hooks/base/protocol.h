/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* More than any message needs: a report without hooks' data is smaller. */
#define FIRN_MESSAGE_BYTES 16384

typedef enum {
    FIRN_VERB_FREEZE,
    FIRN_VERB_THAW,
    FIRN_VERB_PREPARE,
    FIRN_VERB_ABORT,
    FIRN_VERB_STATUS,
} FirnVerb;

/**
 * FirnExit:
 *
 * Exit statuses of firn-hook, and the numbers of results.
 */
typedef enum {
    FIRN_EXIT_OK = 0,
    FIRN_EXIT_USAGE = 2,
    FIRN_EXIT_CONFIG = 10,
    FIRN_EXIT_HOOK_FAILED = 11,
    FIRN_EXIT_TIMEOUT = 12,
    FIRN_EXIT_UNREACHABLE = 13,
    FIRN_EXIT_CANNOT_ARM = 14,
    FIRN_EXIT_BUSY = 15,
} FirnExit;

/**
 * FirnReply:
 * @is_result: whether it is the last one
 * @wait_ms: of the others: how long the next one may take
 * @status: of the result
 * @text: (unowned): of the result; in the message
 */
typedef struct FirnReply {
    bool is_result;
    unsigned wait_ms;
    unsigned status;
    const char *text;
} FirnReply;

/**
 * firn_verb_parse:
 * @word: a request
 * @out: (out): what it asks for
 *
 * Returns: false if there is no such request
 */
bool firn_verb_parse(const char *word, FirnVerb *out);

/**
 * firn_exit_get_name:
 *
 * Returns: the reason, as in the README; "ok" for 0
 */
const char *firn_exit_get_name(unsigned status);

/**
 * firn_reply_parse:
 * @message: "wait MS" or "exit STATUS TEXT"
 *
 * Returns: false if it is neither
 */
bool firn_reply_parse(const char *message, FirnReply *out);

/**
 * firn_reply_send:
 * @socket: of the client; never waited for
 * @reply: what to say
 *
 * Returns: false, with errno, if the client did not get it
 */
bool firn_reply_send(int socket, const FirnReply *reply);
