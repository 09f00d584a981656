/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patience.h"
#include "pipe-writer.h"
#include "scratch-dir.h"

#define LOOK     "--look"
#define SOMEBODY 65534
#define FULL     (1 << 20) /* larger than any pipe's buffer */

static char *self_path;

/* Checks, confined like firnd, whether it detects a process that waits at the pipe. */
static int
look(const char *path)
{
    int pipe = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    gint64 end_us = firn_test_give_up_us();
    FirnPipeWriter writer;

    while (g_get_monotonic_time() < end_us)
        if (firn_pipe_writer_find(&writer, pipe) && firn_pipe_writer_is_waiting(&writer))
            return 0;
    return 1;
}

static pid_t
start_writer(const char *path)
{
    static const char filler[FULL];
    pid_t pid = fork();

    g_assert_cmpint(pid, >=, 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (setgid(SOMEBODY) == 0 && setuid(SOMEBODY) == 0) {
        int pipe = open(path, O_RDWR | O_CLOEXEC);

        while (write(pipe, filler, FULL) > 0)
            continue;
    }
    _exit(1);
}

static void
assert_seen(const char *const *before)
{
    FirnTestScratchDir *dir = firn_test_scratch_dir_new();
    g_autofree char *path = g_build_filename(firn_test_scratch_dir_get_path(dir), "pipe", NULL);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    const char *const after[] = {self_path, LOOK, path, NULL};
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;
    int status = -1;
    pid_t writer;

    g_assert_no_errno(mkfifo(path, 0600));
    g_assert_no_errno(chown(path, SOMEBODY, SOMEBODY));
    g_assert_no_errno(chmod(firn_test_scratch_dir_get_path(dir), 0711));
    writer = start_writer(path);
    g_strv_builder_addv(words, (const char **)before);
    g_strv_builder_addv(words, (const char **)after);
    argv = g_strv_builder_end(words);
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    g_assert_cmpint(status, ==, 0);
    firn_test_scratch_dir_free(dir);
}

/* firnd must detect a QEMU of another user that waits at the gate: else the guest would be paused
 * for longer. */
static void
test_other_user(void)
{
    const char *const confined[] = {UNDER_UNIT, UNIT, NULL};

    assert_seen(confined);
}

int
main(int argc, char **argv)
{
    if (argc == 3 && g_str_equal(argv[1], LOOK))
        return look(argv[2]);
    g_test_init(&argc, &argv, NULL);
    self_path = g_file_read_link("/proc/self/exe", NULL);
    g_test_add_func("/unit-file/gate/other-user", test_other_user);
    return g_test_run();
}
