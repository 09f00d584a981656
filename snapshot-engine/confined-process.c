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

#include "engine-error.h"
#include "file-descriptor.h"
#include "printable.h"

#define COMPLAINT_BYTES_KEPT (64 * 1024)
#define COMPLAINT_CHARACTERS 256

enum { STREAM_OUTPUT, STREAM_COMPLAINTS, N_STREAMS };

typedef struct {
    const FirnToolLimits *limits; /* (unowned) */
    const char *program;          /* (unowned) */
    gint64 deadline_us;           /* monotonic */
    GPid pid;
    FirnFileDescriptor pid_file;           /* (owned) readable once the program has ended */
    FirnFileDescriptor streams[N_STREAMS]; /* (owned) -1: closed */
    GString *texts[N_STREAMS];             /* (owned) */
    int cancel_file;                       /* readable once it is cancelled; -1: it cannot be */
    gboolean is_reaped;
} Run;

static void
on_late_end(GPid pid, int status, gpointer user_data)
{
    g_spawn_close_pid(pid);
}

/* A program that hangs in the kernel survives SIGKILL, so its end is not waited for here. */
static void
clear_run(Run *run)
{
    if (run->pid > 0 && !run->is_reaped) {
        if (!run->limits->is_left_running)
            kill(-run->pid, SIGKILL);
        g_child_watch_add(run->pid, on_late_end, NULL);
    }
    firn_file_descriptor_clear(&run->pid_file);
    if (run->cancel_file >= 0)
        g_cancellable_release_fd(run->limits->cancellable);
    for (guint i = 0; i < N_STREAMS; i++) {
        firn_file_descriptor_clear(&run->streams[i]);
        g_string_free(run->texts[i], TRUE);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, clear_run)

static gboolean
fail(const Run *run, GError **error, const char *what)
{
    g_set_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED, "%s: %s", run->program, what);
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
start(Run *run, const char *const *argv, GError **error)
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
                                  (gpointer)run->limits,
                                  &run->pid,
                                  NULL,
                                  &run->streams[STREAM_OUTPUT],
                                  &run->streams[STREAM_COMPLAINTS],
                                  &cause))
        return fail(run, error, cause->message);
    run->pid_file = pidfd_open(run->pid, 0);
    if (run->pid_file < 0 || !g_unix_set_fd_nonblocking(run->streams[STREAM_OUTPUT], TRUE, NULL) ||
        !g_unix_set_fd_nonblocking(run->streams[STREAM_COMPLAINTS], TRUE, NULL))
        return fail(run, error, g_strerror(errno));
    return TRUE;
}

/* Reads what is available. */
static void
drain(Run *run, guint stream)
{
    char bytes[16 * 1024];
    GString *text = run->texts[stream];
    ssize_t got;

    while (run->streams[stream] >= 0 && text->len <= run->limits->output_bytes) {
        got = read(run->streams[stream], bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0)
            firn_file_descriptor_clear(&run->streams[stream]);
        else
            g_string_append_len(text, bytes, got);
        if (stream == STREAM_COMPLAINTS && text->len > COMPLAINT_BYTES_KEPT)
            g_string_erase(text, 0, (gssize)(text->len - COMPLAINT_BYTES_KEPT));
    }
}

static gboolean
wait_for_something(Run *run, GError **error)
{
    struct pollfd files[] = {
        {run->pid_file,                   POLLIN},
        {run->streams[STREAM_OUTPUT],     POLLIN},
        {run->streams[STREAM_COMPLAINTS], POLLIN},
        {run->cancel_file,                POLLIN},
    };
    gint64 left_us = run->deadline_us - g_get_monotonic_time();

    if (g_cancellable_set_error_if_cancelled(run->limits->cancellable, error))
        return FALSE;
    if (left_us <= 0)
        return fail(run,
                    error,
                    run->limits->is_left_running ? "did not finish in time and is left running"
                                                 : "did not finish in time and was killed");
    if (poll(files, G_N_ELEMENTS(files), (int)MIN(left_us / 1000 + 1, G_MAXINT)) < 0 &&
        errno != EINTR)
        return fail(run, error, g_strerror(errno));
    return TRUE;
}

static gboolean
has_ended(Run *run)
{
    siginfo_t info = {0};

    return waitid(P_PIDFD, (id_t)run->pid_file, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == run->pid;
}

static gboolean
follow(Run *run, GError **error)
{
    while (!has_ended(run)) {
        if (!wait_for_something(run, error))
            return FALSE;
        drain(run, STREAM_OUTPUT);
        drain(run, STREAM_COMPLAINTS);
        if (run->texts[STREAM_OUTPUT]->len > run->limits->output_bytes)
            return fail(run, error, "printed too much and was killed");
    }
    drain(run, STREAM_OUTPUT);
    drain(run, STREAM_COMPLAINTS);
    return run->texts[STREAM_OUTPUT]->len <= run->limits->output_bytes ||
           fail(run, error, "printed too much");
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
finish(Run *run)
{
    FirnToolResult *result = g_new0(FirnToolResult, 1);
    int status = 0;

    run->is_reaped = TRUE;
    result->exit_status = waitpid(run->pid, &status, 0) == run->pid ? get_exit_status(status) : -1;
    result->succeeded = result->exit_status == 0;
    result->length = run->texts[STREAM_OUTPUT]->len;
    result->output = g_strndup(run->texts[STREAM_OUTPUT]->str, result->length);
    result->complaints = g_strdup(run->texts[STREAM_COMPLAINTS]->str);
    result->complaint = explain(result->complaints, status);
    return result;
}

FirnToolResult *
firn_confined_process_run(const char *const *argv, const FirnToolLimits *limits, GError **error)
{
    g_auto(Run) run = {
        .limits = limits,
        .program = argv[0],
        .deadline_us = g_get_monotonic_time() + (gint64)limits->wall_ms * 1000,
        .pid_file = -1,
        .streams = {-1,                 -1                },
        .texts = {g_string_new(NULL), g_string_new(NULL)},
        .cancel_file = g_cancellable_get_fd(limits->cancellable),
    };

    if (!start(&run, argv, error) || !follow(&run, error))
        return NULL;
    return finish(&run);
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
