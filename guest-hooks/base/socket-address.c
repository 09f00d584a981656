/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "socket-address.h"

#include <string.h>
#include <sys/socket.h>

bool
firn_socket_address_fill(struct sockaddr_un *out, const FirnPaths *paths)
{
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    return firn_paths_join(paths, FIRN_SOCKET_PATH, out->sun_path, sizeof out->sun_path);
}
