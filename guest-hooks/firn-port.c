/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firn-port: the second way between firnd and firn-guard, for guests whose agent may not touch
 * files. README.md says what is said. A program of its own, because a port that the host does not
 * read from blocks for as long as it likes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host-port.h"

#define PORT_PATH "/dev/virtio-ports/org.firn.guard.0"
#define AGAIN_MS  1000

static const FirnPaths paths = {"", 0};

/* Without a host at the other end the port is at its end, which no event ends that a program could
 * wait for. */
static void
serve(int port)
{
    static FirnHostPort self;
    char bytes[256];

    firn_host_port_init(&self, &paths, port);
    for (;;) {
        ssize_t got = read(port, bytes, sizeof bytes);

        if (got > 0)
            firn_host_port_take(&self, bytes, (size_t)got);
        else if (got == 0)
            poll(NULL, 0, AGAIN_MS);
        else if (errno != EINTR)
            return;
    }
}

int
main(int argc, char **argv)
{
    const char *path = argc == 2 ? argv[1] : PORT_PATH;
    int port = argc > 2 ? -1 : open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (argc > 2) {
        fprintf(stderr, "usage: %s [PORT]\n", argv[0]);
        return 2;
    }
    if (port >= 0)
        serve(port);
    fprintf(stderr, "firn-port: ");
    perror(path);
    return 1;
}
