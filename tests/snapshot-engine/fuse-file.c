/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuse-file.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "patience.h"
#include "scratch-dir.h"

#define LOOK_AGAIN_US (20 * 1000)

struct FirnTestFuseFile {
    FirnTestScratchDir *dir; /* (owned) */
    char *path;              /* (owned) */
    GPid daemon;             /* 0: none */
};

static void
start_daemon(FirnTestFuseFile *self)
{
    const char *folder = firn_test_scratch_dir_get_path(self->dir);
    g_autofree char *image = g_strdup_printf("file,filename=%s/image,node-name=image", folder);
    g_autofree char *export =
        g_strdup_printf("fuse,id=e,node-name=image,writable=off,mountpoint=%s", self->path);
    char *words[] = {(char *)"setpriv",
                     (char *)"--pdeathsig=TERM",
                     (char *)"qemu-storage-daemon",
                     (char *)"--blockdev",
                     image,
                     (char *)"--export",
                     export,
                     NULL};

    g_spawn_async(NULL,
                  words,
                  NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                  NULL,
                  NULL,
                  &self->daemon,
                  NULL);
}

static gboolean
is_mounted(const char *path)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL));
    return strstr(text, path) != NULL;
}

static gboolean
wait_until_mounted(FirnTestFuseFile *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (self->daemon != 0 && !is_mounted(self->path)) {
        if (waitpid(self->daemon, NULL, WNOHANG) == self->daemon)
            self->daemon = 0;
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
    return self->daemon != 0;
}

FirnTestFuseFile *
firn_test_fuse_file_new(void)
{
    FirnTestFuseFile *self = g_new0(FirnTestFuseFile, 1);
    g_autofree char *image = NULL;
    char bytes[4096] = {0};

    self->dir = firn_test_scratch_dir_new();
    image = g_build_filename(firn_test_scratch_dir_get_path(self->dir), "image", NULL);
    self->path = g_build_filename(firn_test_scratch_dir_get_path(self->dir), "shown", NULL);
    g_assert_true(g_file_set_contents(image, bytes, sizeof bytes, NULL));
    g_assert_true(g_file_set_contents(self->path, "", 0, NULL));
    start_daemon(self);
    if (wait_until_mounted(self))
        return self;
    g_test_skip("qemu-storage-daemon cannot mount here; it needs /dev/fuse, and root");
    firn_test_fuse_file_free(self);
    return NULL;
}

const char *
firn_test_fuse_file_get_path(FirnTestFuseFile *self)
{
    return self->path;
}

void
firn_test_fuse_file_free(FirnTestFuseFile *self)
{
    if (self->daemon != 0) {
        kill(self->daemon, SIGTERM);
        g_assert_cmpint(waitpid(self->daemon, NULL, 0), ==, self->daemon);
    }
    firn_test_scratch_dir_free(self->dir);
    g_free(self->path);
    g_free(self);
}
