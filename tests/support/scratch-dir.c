/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scratch-dir.h"

#include <sys/wait.h>
#include <unistd.h>

/* Unmounts what a test has mounted in the folder, then removes it. */
#define JANITOR                                                                                    \
    "read -r line; for f in \"$1\"/*/; do mountpoint -q \"$f\" && umount -l \"$f\"; done; rm -rf " \
    "\"$1\""

struct FirnTestScratchDir {
    char *path;   /* (owned) */
    GPid janitor; /* removes the folder after a line, or the end, of its standard input */
    int lifeline; /* (owned) the other end of that; at the latest the kernel closes it */
};

FirnTestScratchDir *
firn_test_scratch_dir_new(void)
{
    FirnTestScratchDir *self = g_new0(FirnTestScratchDir, 1);
    g_autoptr(GError) error = NULL;
    gboolean spawned;

    self->path = g_dir_make_tmp("firn-XXXXXX", &error);
    g_assert_no_error(error);
    /* a session of its own, so that it outlives a test runner that kills the process group */
    spawned = g_spawn_async_with_pipes(
        NULL,
        (char *[]){"setsid", "sh", "-c", JANITOR, "sh", self->path, NULL},
        NULL,
        G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES |
            G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
        NULL,
        NULL,
        &self->janitor,
        &self->lifeline,
        NULL,
        NULL,
        &error);
    g_assert_no_error(error);
    g_assert_true(spawned);
    return self;
}

const char *
firn_test_scratch_dir_get_path(FirnTestScratchDir *self)
{
    return self->path;
}

void
firn_test_scratch_dir_free(FirnTestScratchDir *self)
{
    if (self == NULL)
        return;
    /* Not only by closing: programs that the test forked without exec may hold a copy. */
    g_assert_cmpint(write(self->lifeline, "\n", 1), ==, 1);
    close(self->lifeline);
    waitpid(self->janitor, NULL, 0);
    g_free(self->path);
    g_free(self);
}
