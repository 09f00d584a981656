/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync.h"

#include <fcntl.h>
#include <unistd.h>

#include "hook-process.h"

static int
sync_mounts(void *data)
{
    const FirnMounts *mounts = data;

    for (size_t i = 0; i < mounts->count; i++) {
        int file;

        if (mounts->mounts[i].kind != FIRN_MOUNT_FREEZABLE)
            continue;
        file = open(mounts->mounts[i].path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (file < 0)
            continue;
        syncfs(file);
        close(file);
    }
    return 0;
}

void
firn_sync(const FirnMounts *mounts, FirnWaiter *waiter, int64_t end_ms)
{
    FirnProcess process;
    FirnHookOutput output = {.line_bytes = 0};

    if (!firn_process_run(&process, sync_mounts, (void *)mounts, NULL))
        return;
    if (firn_process_wait(&process, waiter, NULL, &output, end_ms) != FIRN_PROCESS_ENDED)
        firn_waiter_abandon(waiter, process.pid);
}
