/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *const verbs[] = {"freeze", "thaw", "prepare", "abort", "status"};
static const char *const exit_names[] =
    {"config", "hook-failed", "timeout", "unreachable", "cannot-arm", "busy"};

bool
firn_verb_parse(const char *word, FirnVerb *out)
{
    for (unsigned i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(word, verbs[i]) == 0) {
            *out = (FirnVerb)i;
            return true;
        }
    return false;
}

const char *
firn_exit_get_name(unsigned status)
{
    if (status >= FIRN_EXIT_CONFIG && status <= FIRN_EXIT_BUSY)
        return exit_names[status - FIRN_EXIT_CONFIG];
    return status == FIRN_EXIT_OK ? "ok" : "unknown";
}

bool
firn_reply_parse(const char *message, FirnReply *out)
{
    char *end;

    *out = (FirnReply){.is_result = strncmp(message, "exit ", 5) == 0, .text = ""};
    if (!out->is_result && strncmp(message, "wait ", 5) != 0)
        return false;
    *(out->is_result ? &out->status : &out->wait_ms) = (unsigned)strtoul(message + 5, &end, 10);
    if (end == message + 5)
        return false;
    if (!out->is_result)
        return *end == '\0';
    if (*end == ' ')
        out->text = end + 1;
    return (*end == ' ' || *end == '\0') && out->status < 256;
}

bool
firn_reply_send(int socket, const FirnReply *reply)
{
    char message[FIRN_MESSAGE_BYTES];
    int length = reply->is_result
                     ? snprintf(message, sizeof message, "exit %u %s", reply->status, reply->text)
                     : snprintf(message, sizeof message, "wait %u", reply->wait_ms);

    if (length >= (int)sizeof message)
        length = sizeof message - 1;
    return send(socket, message, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}
