/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream-pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch-dir.h"

#define STREAM_BYTES  (3 * 1024 * 1024)
#define CLOSED_FILE   1000
#define PATIENCE_US   (60 * G_USEC_PER_SEC)
#define LOOK_AGAIN_MS 1

typedef struct {
    FirnTestScratchDir *dir;
    char *path;
    FirnStreamPipe *pipe;
    pid_t writer;
} Rig;

static void
set_up(Rig *rig, gconstpointer unused)
{
    rig->dir = firn_test_scratch_dir_new();
    rig->path = g_build_filename(firn_test_scratch_dir_get_path(rig->dir), "leases", "s.ram", NULL);
    rig->writer = 0;
}

static void
tear_down(Rig *rig, gconstpointer unused)
{
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    g_assert_false(g_file_test(rig->path, G_FILE_TEST_EXISTS));
    g_free(rig->path);
    firn_test_scratch_dir_free(rig->dir);
}

/* As QEMU: reads nothing, writes everything, and has both ends open. */
static void
write_stream(int end)
{
    char page[4096];

    memset(page, 'r', sizeof page);
    for (guint i = 0; i < STREAM_BYTES / sizeof page; i++)
        if (write(end, page, sizeof page) != sizeof page)
            _exit(1);
    _exit(0);
}

static void
spawn_writer(Rig *rig)
{
    int end = firn_stream_pipe_get_end(rig->pipe);

    rig->writer = fork();
    g_assert_cmpint(rig->writer, >=, 0);
    if (rig->writer == 0)
        write_stream(end);
}

static void
make(Rig *rig, gboolean is_gated)
{
    g_autoptr(GError) error = NULL;

    rig->pipe = firn_stream_pipe_new(rig->path, is_gated, &error);
    g_assert_no_error(error);
    g_assert_nonnull(rig->pipe);
}

static void
assert_written(Rig *rig)
{
    int status = -1;

    g_assert_cmpint(waitpid(rig->writer, &status, 0), ==, rig->writer);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static int
open_target(Rig *rig, const char *path)
{
    g_autofree char *own =
        g_build_filename(firn_test_scratch_dir_get_path(rig->dir), "image", NULL);
    int file = open(path == NULL ? own : path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    g_assert_cmpint(file, >=, 0);
    return file;
}

static void
assert_image(int file)
{
    g_autofree char *bytes = g_malloc(STREAM_BYTES + 1);

    g_assert_cmpint(lseek(file, 0, SEEK_CUR), ==, STREAM_BYTES);
    g_assert_cmpint(pread(file, bytes, STREAM_BYTES + 1, 0), ==, STREAM_BYTES);
    for (guint i = 0; i < STREAM_BYTES; i++)
        g_assert_cmpint(bytes[i], ==, 'r');
}

static void
wait_for_gate(Rig *rig)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    g_assert_true(firn_stream_pipe_find_writer(rig->pipe));
    while (!firn_stream_pipe_has_waiting(rig->pipe)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

/* A gate blocks the writer until it opens; the file's contents are the same. */
static void
test_carried(Rig *rig, gconstpointer is_gated)
{
    int file = open_target(rig, NULL);
    g_autoptr(GError) error = NULL;

    make(rig, GPOINTER_TO_INT(is_gated));
    g_assert_false(firn_stream_pipe_find_writer(rig->pipe));
    spawn_writer(rig);
    if (is_gated)
        wait_for_gate(rig);
    firn_stream_pipe_open(rig->pipe, file);
    firn_stream_pipe_finish(rig->pipe, &error);
    g_assert_no_error(error);
    assert_written(rig);
    assert_image(file);
    close(file);
}

/* Without a file to copy to, it must fail. */
static void
test_no_file(Rig *rig, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;

    make(rig, TRUE);
    spawn_writer(rig);
    firn_stream_pipe_open(rig->pipe, CLOSED_FILE);
    g_assert_false(firn_stream_pipe_finish(rig->pipe, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_BADF);
    assert_written(rig);
}

/* The disk is full: the writer does not notice. */
static void
test_full(Rig *rig, gconstpointer unused)
{
    int file = open_target(rig, "/dev/full");
    g_autoptr(GError) error = NULL;

    make(rig, TRUE);
    spawn_writer(rig);
    wait_for_gate(rig);
    firn_stream_pipe_open(rig->pipe, file);
    g_assert_false(firn_stream_pipe_finish(rig->pipe, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
    assert_written(rig);
    close(file);
}

/* The job gave up while a writer waited at the gate. */
static void
test_dropped(Rig *rig, gconstpointer unused)
{
    make(rig, TRUE);
    spawn_writer(rig);
    wait_for_gate(rig);
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    assert_written(rig);
}

/* The first firnd was killed: the next one drains the pipe. */
static void
test_orphaned(Rig *rig, gconstpointer unused)
{
    int end;

    g_assert_null(firn_stream_pipe_reopen(rig->path, -1));
    make(rig, TRUE);
    /* A second reader is refused. */
    g_assert_null(firn_stream_pipe_reopen(rig->path, -1));
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    g_assert_cmpint(mkfifo(rig->path, 0600), ==, 0);
    end = open(rig->path, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(end, >=, 0);
    rig->writer = fork();
    if (rig->writer == 0)
        write_stream(end);
    close(end);
    rig->pipe = firn_stream_pipe_reopen(rig->path, -1);
    g_assert_nonnull(rig->pipe);
    assert_written(rig);
    g_assert_true(firn_stream_pipe_finish(rig->pipe, NULL));
}

/* firnd was killed before QEMU had the pipe. */
static void
test_deserted(Rig *rig, gconstpointer unused)
{
    make(rig, FALSE);
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    g_assert_cmpint(mkfifo(rig->path, 0600), ==, 0);
    rig->pipe = firn_stream_pipe_reopen(rig->path, -1);
    g_assert_nonnull(rig->pipe);
    g_assert_true(firn_stream_pipe_finish(rig->pipe, NULL));
}

/* No process writes yet, but one may begin: the FIFO stays. */
static void
test_quiet(Rig *rig, gconstpointer unused)
{
    int end;

    make(rig, FALSE);
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    g_assert_cmpint(mkfifo(rig->path, 0600), ==, 0);
    end = open(rig->path, O_RDWR | O_CLOEXEC);
    rig->pipe = firn_stream_pipe_reopen(rig->path, 10);
    g_assert_true(firn_stream_pipe_finish(rig->pipe, NULL));
    g_clear_pointer(&rig->pipe, firn_stream_pipe_free);
    g_assert_true(g_file_test(rig->path, G_FILE_TEST_EXISTS));
    close(end);
    unlink(rig->path);
}

static gboolean has_threads = TRUE;

/* Replaces GLib's function of that name in this program. */
GThread *firn_test_thread_try_new(const char *name,
                                  GThreadFunc run,
                                  gpointer data,
                                  GError **error) __asm__("g_thread_try_new");

GThread *
firn_test_thread_try_new(const char *name, GThreadFunc run, gpointer data, GError **error)
{
    if (has_threads)
        return g_thread_new(name, run, data);
    g_set_error(error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no more threads");
    return NULL;
}

/* The failure is reported before QEMU has the pipe and a guest is paused for it. */
static void
test_no_thread(Rig *rig, gconstpointer data)
{
    g_autofree char *path = g_strconcat(rig->path, ".other", NULL);
    g_autoptr(GError) error = NULL;

    has_threads = FALSE;
    g_assert_null(firn_stream_pipe_new(path, FALSE, &error));
    has_threads = TRUE;
    g_assert_error(error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/stream-pipe/gate", Rig, GINT_TO_POINTER(TRUE), set_up, test_carried, tear_down);
    g_test_add("/stream-pipe/without-gate", Rig, NULL, set_up, test_carried, tear_down);
    g_test_add("/stream-pipe/no-file", Rig, NULL, set_up, test_no_file, tear_down);
    g_test_add("/stream-pipe/full", Rig, NULL, set_up, test_full, tear_down);
    g_test_add("/stream-pipe/dropped", Rig, NULL, set_up, test_dropped, tear_down);
    g_test_add("/stream-pipe/orphaned", Rig, NULL, set_up, test_orphaned, tear_down);
    g_test_add("/stream-pipe/deserted", Rig, NULL, set_up, test_deserted, tear_down);
    g_test_add("/stream-pipe/quiet", Rig, NULL, set_up, test_quiet, tear_down);
    g_test_add("/stream-pipe/no-thread-is-an-error", Rig, NULL, set_up, test_no_thread, tear_down);
    return g_test_run();
}
