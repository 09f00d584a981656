/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confined-process.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine-error.h"
#include "file-descriptor.h"
#include "printable.h"

#define COMPLAINT_BYTES_KEPT (64 * 1024)
#define COMPLAINT_CHARACTERS 256
#define DISMISS_MS           (10 * 1000)

enum { STREAM_OUTPUT, STREAM_COMPLAINTS, N_STREAMS };

struct _FirnConfinedProcess {
    FirnToolLimits limits;
    char *program;      /* (owned) */
    gint64 deadline_us; /* monotonic */
    GPid pid;
    FirnFileDescriptor input;              /* (owned) -1: none, or closed */
    FirnFileDescriptor pid_file;           /* (owned) readable once the program has ended */
    FirnFileDescriptor streams[N_STREAMS]; /* (owned) -1: closed */
    GString *texts[N_STREAMS];             /* (owned) */
    int cancel_file;                       /* readable once it is cancelled; -1: it cannot be */
    gboolean is_reaped;
};

static void
on_late_end(GPid pid, int status, gpointer user_data)
{
    g_spawn_close_pid(pid);
}

/* A program that hangs in the kernel survives SIGKILL, so its end is not waited for here. */
void
firn_confined_process_free(FirnConfinedProcess *self)
{
    if (self == NULL)
        return;
    firn_file_descriptor_clear(&self->input);
    if (self->pid > 0 && !self->is_reaped) {
        if (!self->limits.is_left_running)
            kill(-self->pid, SIGKILL);
        g_child_watch_add(self->pid, on_late_end, NULL);
    }
    firn_file_descriptor_clear(&self->pid_file);
    if (self->cancel_file >= 0)
        g_cancellable_release_fd(self->limits.cancellable);
    for (guint i = 0; i < N_STREAMS; i++) {
        firn_file_descriptor_clear(&self->streams[i]);
        g_string_free(self->texts[i], TRUE);
    }
    g_free(self->program);
    g_free(self);
}

static gboolean
fail(const FirnConfinedProcess *self, GError **error, const char *what)
{
    g_set_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED, "%s: %s", self->program, what);
    return FALSE;
}

/* Runs between fork and exec, so it may only use async-signal-safe calls. */
static void
confine_child(gpointer user_data)
{
    const FirnToolLimits *limits = user_data;
    struct rlimit memory = {limits->memory_bytes, limits->memory_bytes};
    struct rlimit cpu = {limits->cpu_s, limits->cpu_s};
    struct rlimit core = {0, 0};

    setsid();
    /* What it prints is not read once it is out of time. */
    if (limits->is_left_running)
        signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &core);
    if (limits->memory_bytes > 0)
        setrlimit(RLIMIT_AS, &memory);
    if (limits->cpu_s > 0)
        setrlimit(RLIMIT_CPU, &cpu);
}

static gboolean
start(FirnConfinedProcess *self, const char *const *argv, gboolean has_input, GError **error)
{
    static const char *const environment[] = {
        "LC_ALL=C",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        NULL};
    g_autoptr(GError) cause = NULL;

    if (!g_spawn_async_with_pipes("/",
                                  (char **)argv,
                                  (char **)environment,
                                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH_FROM_ENVP |
                                      G_SPAWN_CLOEXEC_PIPES,
                                  confine_child,
                                  &self->limits,
                                  &self->pid,
                                  has_input ? &self->input : NULL,
                                  &self->streams[STREAM_OUTPUT],
                                  &self->streams[STREAM_COMPLAINTS],
                                  &cause))
        return fail(self, error, cause->message);
    self->pid_file = pidfd_open(self->pid, 0);
    if (self->pid_file < 0 ||
        !g_unix_set_fd_nonblocking(self->streams[STREAM_OUTPUT], TRUE, NULL) ||
        !g_unix_set_fd_nonblocking(self->streams[STREAM_COMPLAINTS], TRUE, NULL))
        return fail(self, error, g_strerror(errno));
    return TRUE;
}

/* Reads what is available. */
static void
drain(FirnConfinedProcess *self, guint stream)
{
    char bytes[16 * 1024];
    GString *text = self->texts[stream];
    ssize_t got;

    while (self->streams[stream] >= 0 && text->len <= self->limits.output_bytes) {
        got = read(self->streams[stream], bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            firn_file_descriptor_clear(&self->streams[stream]);
        else
            g_string_append_len(text, bytes, got);
        if (stream == STREAM_COMPLAINTS && text->len > COMPLAINT_BYTES_KEPT)
            g_string_erase(text, 0, (gssize)(text->len - COMPLAINT_BYTES_KEPT));
    }
}

static gboolean
wait_for_something(FirnConfinedProcess *self, GError **error)
{
    struct pollfd files[] = {
        {self->pid_file,                   POLLIN},
        {self->streams[STREAM_OUTPUT],     POLLIN},
        {self->streams[STREAM_COMPLAINTS], POLLIN},
        {self->cancel_file,                POLLIN},
    };
    gint64 left_us = self->deadline_us - g_get_monotonic_time();

    if (g_cancellable_set_error_if_cancelled(self->limits.cancellable, error))
        return FALSE;
    if (left_us <= 0)
        return fail(self,
                    error,
                    self->limits.is_left_running ? "did not finish in time and is left running"
                                                 : "did not finish in time and was killed");
    if (poll(files, G_N_ELEMENTS(files), (int)MIN(left_us / 1000 + 1, G_MAXINT)) < 0 &&
        errno != EINTR)
        return fail(self, error, g_strerror(errno));
    return TRUE;
}

static gboolean
has_ended(FirnConfinedProcess *self)
{
    siginfo_t info = {0};

    return waitid(P_PIDFD, (id_t)self->pid_file, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == self->pid;
}

static gboolean
follow(FirnConfinedProcess *self, GError **error)
{
    while (!has_ended(self)) {
        if (!wait_for_something(self, error))
            return FALSE;
        drain(self, STREAM_OUTPUT);
        drain(self, STREAM_COMPLAINTS);
        if (self->texts[STREAM_OUTPUT]->len > self->limits.output_bytes)
            return fail(self, error, "printed too much and was killed");
    }
    drain(self, STREAM_OUTPUT);
    drain(self, STREAM_COMPLAINTS);
    return self->texts[STREAM_OUTPUT]->len <= self->limits.output_bytes ||
           fail(self, error, "printed too much");
}

static char *
last_line(const char *text)
{
    g_autofree char *copy = g_strchomp(g_strdup(text));
    const char *newline = strrchr(copy, '\n');

    return firn_printable_clip(newline == NULL ? copy : newline + 1, COMPLAINT_CHARACTERS);
}

/* What a program printed before a signal ended it is usually the reason. */
static char *
explain(const char *complaints, int status)
{
    g_autofree char *words = last_line(complaints);

    if (!WIFSIGNALED(status))
        return g_steal_pointer(&words);
    return *words == '\0'
               ? g_strdup_printf("ended by signal %d", WTERMSIG(status))
               : g_strdup_printf("ended by signal %d after: %s", WTERMSIG(status), words);
}

static int
get_exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static FirnToolResult *
finish(FirnConfinedProcess *self)
{
    FirnToolResult *result = g_new0(FirnToolResult, 1);
    int status = 0;

    self->is_reaped = TRUE;
    result->exit_status =
        waitpid(self->pid, &status, 0) == self->pid ? get_exit_status(status) : -1;
    result->succeeded = result->exit_status == 0;
    result->length = self->texts[STREAM_OUTPUT]->len;
    result->output = g_strndup(self->texts[STREAM_OUTPUT]->str, result->length);
    result->complaints = g_strdup(self->texts[STREAM_COMPLAINTS]->str);
    result->complaint = explain(result->complaints, status);
    return result;
}

static FirnConfinedProcess *
make(const char *const *argv, const FirnToolLimits *limits, gboolean has_input, GError **error)
{
    g_autoptr(FirnConfinedProcess) self = g_new0(FirnConfinedProcess, 1);

    self->limits = *limits;
    self->program = g_strdup(argv[0]);
    self->pid_file = -1;
    self->input = -1;
    self->cancel_file = g_cancellable_get_fd(limits->cancellable);
    for (guint i = 0; i < N_STREAMS; i++) {
        self->streams[i] = -1;
        self->texts[i] = g_string_new(NULL);
    }
    return start(self, argv, has_input, error) ? g_steal_pointer(&self) : NULL;
}

FirnConfinedProcess *
firn_confined_process_start(const char *const *argv, const FirnToolLimits *limits, GError **error)
{
    return make(argv, limits, TRUE, error);
}

/* GIO, which firnd uses, ignores SIGPIPE. */
gboolean
firn_confined_process_write(FirnConfinedProcess *self, const char *text, GError **error)
{
    gsize length = strlen(text);

    return write(self->input, text, length) == (ssize_t)length ||
           fail(self, error, "has ended, or does not read its input");
}

FirnToolResult *
firn_confined_process_end(FirnConfinedProcess *self, guint wall_ms, GError **error)
{
    firn_file_descriptor_clear(&self->input);
    self->deadline_us = g_get_monotonic_time() + (gint64)wall_ms * 1000;
    return follow(self, error) ? finish(self) : NULL;
}

void
firn_confined_process_dismiss(FirnConfinedProcess *self)
{
    g_autoptr(FirnToolResult) result = firn_confined_process_end(self, DISMISS_MS, NULL);

    firn_confined_process_free(self);
}

FirnToolResult *
firn_confined_process_run(const char *const *argv, const FirnToolLimits *limits, GError **error)
{
    g_autoptr(FirnConfinedProcess) self = make(argv, limits, FALSE, error);

    return self == NULL ? NULL : firn_confined_process_end(self, limits->wall_ms, error);
}

void
firn_tool_result_free(FirnToolResult *self)
{
    if (self == NULL)
        return;
    g_free(self->output);
    g_free(self->complaint);
    g_free(self->complaints);
    g_free(self);
}
