/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firn-guard: runs hooks, holds their sessions, and thaws by itself. README.md says how. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guard-server.h"

#define FDS_MAX 1024

static const FirnPaths paths = {"", 0};

/* Of what it was started by it needs nothing, and hooks must not have it. */
static void
close_inherited(void)
{
    for (int fd = 3; fd < FDS_MAX; fd++)
        close(fd);
    while (open("/dev/null", O_RDWR) < 3)
        continue;
    close(3);
}

static bool
stay_in_memory(FirnReason *reason)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (file >= 0) {
        (void)!write(file, "-1000", 5);
        close(file);
    }
#ifdef M_ARENA_MAX
    /* Otherwise glibc gives the first thread that needs memory an area of its own, of 64 MiB. */
    mallopt(M_ARENA_MAX, 1);
#endif
    if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0)
        return true;
    return firn_reason_set(reason, "mlockall: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
    static FirnGuard guard;
    FirnServer server;
    FirnReason reason = {""};

    if (argc != 1) {
        fprintf(stderr, "usage: %s\n", argv[0]);
        return FIRN_EXIT_USAGE;
    }
    close_inherited();
    if (!stay_in_memory(&reason) ||
        !firn_guard_init(&guard, &paths, &firn_thawer_kernel, &reason) ||
        !firn_server_open(&server, &guard, &reason)) {
        fprintf(stderr, "firn-guard: %s\n", reason.text);
        return 1;
    }
    firn_guard_announce(&guard);
    firn_server_run(&server);
    firn_server_close(&server);
    firn_guard_clear(&guard);
    return 0;
}
