/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipe-writer.h"

#define GATE_BYTES  4096 /* one page: the smallest pipe that Linux makes */
#define WIDE_BYTES  (1024 * 1024)
#define GATHER_MS   1
#define FAREWELL_US (5 * G_USEC_PER_SEC)
#define THREAD_MS   1000 /* between two attempts to start a thread */
#define THREAD_MAX  30   /* attempts */

struct _FirnStreamPipe {
    gatomicrefcount references; /* the owner's, and the thread's */
    char *path;                 /* (owned) */
    gboolean is_gated;
    int own_end; /* for QEMU; -1: closed */
    int reader;
    int file; /* used by the thread, once open; -1: discard */
    int quiet_ms;
    FirnPipeWriter writer;
    gboolean has_thread; /* used by the owner */
    int is_dropped;      /* atomic: discard what is still to come */
    GMutex mutex;        /* guards the following */
    GCond cond;
    gboolean is_open;
    int failure; /* an errno of the first write that failed; 0: none */
    gboolean is_over;
};

static void
close_file(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

static void
stream_pipe_unref(FirnStreamPipe *self)
{
    if (!g_atomic_ref_count_dec(&self->references))
        return;
    close_file(&self->own_end);
    close_file(&self->reader);
    close_file(&self->file);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->cond);
    g_free(self->path);
    g_free(self);
}

static FirnStreamPipe *
stream_pipe_alloc(const char *path)
{
    FirnStreamPipe *self = g_new0(FirnStreamPipe, 1);

    g_atomic_ref_count_init(&self->references);
    self->path = g_strdup(path);
    self->own_end = self->reader = self->file = self->quiet_ms = -1;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->cond);
    return self;
}

/* Two processes must not read the same pipe: the reader holds a lock. */
static gboolean
open_reader(FirnStreamPipe *self)
{
    self->reader = open(self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    return self->reader >= 0 && flock(self->reader, LOCK_EX | LOCK_NB) == 0;
}

static gboolean
shut_gate(FirnStreamPipe *self)
{
    static const char filler[GATE_BYTES];

    return !self->is_gated || (fcntl(self->own_end, F_SETPIPE_SZ, GATE_BYTES) == GATE_BYTES &&
                               write(self->own_end, filler, GATE_BYTES) == GATE_BYTES);
}

static gboolean
make(FirnStreamPipe *self)
{
    g_autofree char *folder = g_path_get_dirname(self->path);

    if (g_mkdir_with_parents(folder, 0700) < 0 || mkfifo(self->path, 0600) < 0)
        return FALSE;
    self->own_end = open(self->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    return self->own_end >= 0 && open_reader(self) && shut_gate(self);
}

static gboolean
fail(int number, const char *what, GError **error)
{
    g_set_error(error,
                G_FILE_ERROR,
                (gint)g_file_error_from_errno(number),
                "%s: %s",
                what,
                g_strerror(number));
    return FALSE;
}

int
firn_stream_pipe_get_end(FirnStreamPipe *self)
{
    return self->own_end;
}

gboolean
firn_stream_pipe_find_writer(FirnStreamPipe *self)
{
    return firn_pipe_writer_find(&self->writer, self->own_end);
}

gboolean
firn_stream_pipe_has_waiting(FirnStreamPipe *self)
{
    return firn_pipe_writer_is_waiting(&self->writer);
}

/* Reads before it polls: poll() reports no hang-up of a pipe that no process had open for
 * writing. */
static gssize
read_some(FirnStreamPipe *self, char *buffer, gsize size)
{
    struct pollfd ready = {.fd = self->reader, .events = POLLIN};
    gssize length = read(self->reader, buffer, size);

    while (length < 0 && (errno == EINTR || errno == EAGAIN)) {
        if (errno == EAGAIN && poll(&ready, 1, self->quiet_ms) == 0)
            return -1;
        length = read(self->reader, buffer, size);
    }
    return length;
}

static void
note_failure(FirnStreamPipe *self, int failure)
{
    g_mutex_lock(&self->mutex);
    self->failure = failure;
    g_mutex_unlock(&self->mutex);
}

void
firn_stream_pipe_discard(FirnStreamPipe *self)
{
    g_atomic_int_set(&self->is_dropped, TRUE);
}

gboolean
firn_stream_pipe_has_failed(FirnStreamPipe *self)
{
    gboolean has_failed;

    g_mutex_lock(&self->mutex);
    has_failed = self->failure != 0;
    g_mutex_unlock(&self->mutex);
    return has_failed;
}

static int
write_all(int file, const char *bytes, gssize length)
{
    while (length > 0) {
        gssize written = write(file, bytes, (gsize)length);

        if (written < 0 && errno != EINTR)
            return errno;
        bytes += MAX(written, 0);
        length -= MAX(written, 0);
    }
    return 0;
}

static gboolean
skip_filler(FirnStreamPipe *self, char *buffer)
{
    gsize left = self->is_gated ? GATE_BYTES : 0;

    while (left > 0) {
        gssize length = read_some(self, buffer, left);

        if (length <= 0)
            return FALSE;
        left -= (gsize)length;
    }
    fcntl(self->reader, F_SETPIPE_SZ, WIDE_BYTES);
    return TRUE;
}

/* QEMU writes page by page; waiting a little lets firnd read many pages at once. */
static void
let_some_gather(gssize last)
{
    if (last < WIDE_BYTES / 2)
        poll(NULL, 0, GATHER_MS);
}

/* Returns the result of the last read: 0 once no process has the other end open. */
static gssize
carry_all(FirnStreamPipe *self, char *buffer)
{
    gssize length = -1;
    int failure = self->failure;

    if (!skip_filler(self, buffer))
        return 0;
    while ((length = read_some(self, buffer, WIDE_BYTES)) > 0) {
        if (self->file >= 0 && failure == 0 && !g_atomic_int_get(&self->is_dropped) &&
            (failure = write_all(self->file, buffer, length)) != 0)
            note_failure(self, failure);
        let_some_gather(length);
    }
    return length;
}

static void
wait_until_open(FirnStreamPipe *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    while (!self->is_open)
        g_cond_wait(&self->cond, &self->mutex);
}

static gpointer
carry(gpointer data)
{
    FirnStreamPipe *self = data;
    g_autofree char *buffer = g_malloc(WIDE_BYTES);

    wait_until_open(self);
    if (carry_all(self, buffer) == 0)
        unlink(self->path);
    g_mutex_lock(&self->mutex);
    self->is_over = TRUE;
    g_cond_broadcast(&self->cond);
    g_mutex_unlock(&self->mutex);
    stream_pipe_unref(self);
    return NULL;
}

/* Done before the pipe is used: a guest may be paused when the pipe is opened. */
static gboolean
start_thread(FirnStreamPipe *self, GError **error)
{
    GThread *thread;

    g_atomic_ref_count_inc(&self->references);
    thread = g_thread_try_new("ram", carry, self, error);
    self->has_thread = thread != NULL;
    if (thread == NULL)
        stream_pipe_unref(self);
    else
        g_thread_unref(thread);
    return self->has_thread;
}

FirnStreamPipe *
firn_stream_pipe_new(const char *path, gboolean is_gated, GError **error)
{
    FirnStreamPipe *self = stream_pipe_alloc(path);
    gboolean is_made;

    self->is_gated = is_gated;
    is_made = make(self);
    if (!is_made)
        fail(errno, path, error);
    if (is_made && start_thread(self, error))
        return self;
    if (self->own_end >= 0)
        unlink(path);
    stream_pipe_unref(self);
    return NULL;
}

void
firn_stream_pipe_open(FirnStreamPipe *self, int file)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    if (self->is_open)
        return;
    self->is_open = TRUE;
    close_file(&self->own_end);
    if (file >= 0 && (self->file = fcntl(file, F_DUPFD_CLOEXEC, 0)) < 0)
        self->failure = errno;
    g_cond_broadcast(&self->cond);
}

/* A guest hangs while its RAM is not read, so firn tries again if no thread can be started. */
static gboolean
make_thread(FirnStreamPipe *self)
{
    for (guint i = 0; i < THREAD_MAX && !start_thread(self, NULL); i++)
        poll(NULL, 0, THREAD_MS);
    return self->has_thread;
}

FirnStreamPipe *
firn_stream_pipe_reopen(const char *path, int quiet_ms)
{
    FirnStreamPipe *self = stream_pipe_alloc(path);

    self->quiet_ms = quiet_ms;
    if (open_reader(self) && make_thread(self)) {
        firn_stream_pipe_open(self, -1);
        return self;
    }
    stream_pipe_unref(self);
    return NULL;
}

gboolean
firn_stream_pipe_finish(FirnStreamPipe *self, GError **error)
{
    int failure;

    g_mutex_lock(&self->mutex);
    while (!self->is_over)
        g_cond_wait(&self->cond, &self->mutex);
    failure = self->failure;
    g_mutex_unlock(&self->mutex);
    return failure == 0 || fail(failure, "cannot write the RAM", error);
}

/* QEMU has usually closed its end by now; if not, the thread outlives this object. */
static void
wait_a_little(FirnStreamPipe *self)
{
    gint64 end_us = g_get_monotonic_time() + FAREWELL_US;

    g_mutex_lock(&self->mutex);
    while (!self->is_over && g_cond_wait_until(&self->cond, &self->mutex, end_us)) {
    }
    g_mutex_unlock(&self->mutex);
}

void
firn_stream_pipe_free(FirnStreamPipe *self)
{
    if (self == NULL)
        return;
    firn_stream_pipe_discard(self);
    firn_stream_pipe_open(self, -1);
    wait_a_little(self);
    stream_pipe_unref(self);
}
