/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "paths.h"

#define FIRN_HOST_PORT_LINE_BYTES 256

/**
 * FirnHostPort:
 * @port: where answers are written to; blocks as long as the host does not read
 * @line: what came since the last newline
 * @is_too_long: the rest of this line is skipped
 *
 * What a host says through a port, and the answers: README.md. Reads and writes files below
 * /run/firn, and nothing else.
 */
typedef struct FirnHostPort {
    const FirnPaths *paths;
    int port;
    char line[FIRN_HOST_PORT_LINE_BYTES];
    size_t length;
    bool is_too_long;
} FirnHostPort;

/**
 * firn_host_port_init:
 * @paths: (unowned): where files are
 * @port: for answers
 */
void firn_host_port_init(FirnHostPort *self, const FirnPaths *paths, int port);

/**
 * firn_host_port_take:
 * @bytes: what the host has said
 *
 * Answers each line that is complete by now; a line that is none of the protocol's is ignored.
 */
void firn_host_port_take(FirnHostPort *self, const char *bytes, size_t length);
