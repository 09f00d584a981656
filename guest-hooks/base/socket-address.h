/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/un.h>

#include "paths.h"

/**
 * firn_socket_address_fill:
 * @out: (out): where the guard listens
 *
 * Returns: false if its path is too long
 */
bool firn_socket_address_fill(struct sockaddr_un *out, const FirnPaths *paths);
