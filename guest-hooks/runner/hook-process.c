/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREDENTIAL_FD 3
#define FILE_FD       4
#define ABOVE_FDS     10
#define CANNOT_EXEC   127
#define TERM_MS       1000
#define READ_BYTES    4096
#define READS_MAX     16

/* The guard may not be killed for lack of memory, but what it starts may. */
static void
allow_oom_kill(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (file >= 0 && write(file, "0", 1) == 1)
        close(file);
}

static bool
become(const FirnUser *user)
{
    return user == NULL || (setgroups(user->n_groups, user->groups) == 0 &&
                            setgid(user->gid) == 0 && setuid(user->uid) == 0);
}

/* What is in the place of another is moved first. */
static bool
place(int *fds, const int *places, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (fds[i] >= 0 && (fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, ABOVE_FDS)) < 0)
            return false;
    for (unsigned i = 0; i < count; i++)
        if (fds[i] >= 0 && dup2(fds[i], places[i]) < 0)
            return false;
    return true;
}

/* Whatever started the guard may have ignored some: a shell does so for what runs in the
 * background. */
static void
reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

static void
reset_process(void)
{
    setsid();
    reset_signals();
    umask(077);
    allow_oom_kill();
}

static void
exec_hook(const FirnLaunch *launch, int input, int output)
{
    static const int places[] = {STDIN_FILENO,
                                 STDOUT_FILENO,
                                 STDERR_FILENO,
                                 CREDENTIAL_FD,
                                 FILE_FD};
    int fds[] = {input, output, output, launch->credential, launch->file};
    char *const words[] = {(char *)launch->name, (char *)launch->argument, NULL};

    reset_process();
    if (place(fds, places, sizeof fds / sizeof *fds) && chdir("/") == 0 && become(launch->user))
        execve("/proc/self/fd/4", words, launch->environment);
    _exit(CANNOT_EXEC);
}

static bool
open_pipes(int *input, int *output, bool has_input)
{
    if (pipe2(output, O_CLOEXEC) != 0)
        return false;
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    if (has_input && pipe2(input, O_CLOEXEC) == 0) {
        fcntl(input[1], F_SETFL, O_NONBLOCK);
        return true;
    }
    if (!has_input && (input[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        return true;
    close(output[0]);
    close(output[1]);
    return false;
}

bool
firn_process_start(FirnProcess *self, const FirnLaunch *launch, FirnReason *reason)
{
    int input[2] = {-1, -1};
    int output[2];

    *self = (FirnProcess){.input = -1, .output = -1};
    if (!open_pipes(input, output, launch->has_input))
        return firn_reason_set(reason, "pipe: %s", strerror(errno));
    self->pid = fork();
    if (self->pid == 0)
        exec_hook(launch, input[0], output[1]);
    close(input[0]);
    close(output[1]);
    self->input = input[1];
    self->output = output[0];
    if (self->pid > 0)
        return true;
    firn_reason_set(reason, "fork: %s", strerror(errno));
    self->pid = 0;
    close(self->output);
    self->output = -1;
    if (self->input >= 0)
        close(self->input);
    return false;
}

bool
firn_process_run(FirnProcess *self, int (*work)(void *data), void *data, FirnReason *reason)
{
    *self = (FirnProcess){.input = -1, .output = -1, .pid = fork()};
    if (self->pid == 0) {
        reset_process();
        _exit(work(data));
    }
    if (self->pid > 0)
        return true;
    self->pid = 0;
    return firn_reason_set(reason, "fork: %s", strerror(errno));
}

/* Some of it: whether there is more, poll() tells. */
static void
read_output(FirnProcess *self, FirnHookOutput *output)
{
    char bytes[READ_BYTES];
    ssize_t got = -1;

    for (unsigned i = 0; i < READS_MAX && self->output >= 0; i++) {
        got = read(self->output, bytes, sizeof bytes);
        if (got < 0)
            return;
        if (got == 0) {
            close(self->output);
            self->output = -1;
        }
        firn_hook_output_take(output, bytes, (size_t)got);
    }
}

static bool
has_ended(FirnProcess *self)
{
    return waitpid(self->pid, &self->status, WNOHANG) == self->pid;
}

static void
close_pipes(FirnProcess *self)
{
    if (self->input >= 0)
        close(self->input);
    if (self->output >= 0)
        close(self->output);
    self->input = self->output = -1;
}

FirnProcessResult
firn_process_wait(FirnProcess *self,
                  FirnWaiter *waiter,
                  const bool *word,
                  FirnHookOutput *output,
                  int64_t end_ms)
{
    for (;;) {
        FirnWaitResult result;
        bool is_over = has_ended(self);

        read_output(self, output);
        if (is_over) {
            firn_hook_output_end(output);
            close_pipes(self);
            self->pid = 0;
            return FIRN_PROCESS_ENDED;
        }
        if (word != NULL && *word)
            return FIRN_PROCESS_SAID;
        result = firn_waiter_wait(waiter, self->output, end_ms);
        if (result != FIRN_WAIT_EVENT)
            return result == FIRN_WAIT_TIMEOUT ? FIRN_PROCESS_TIMEOUT : FIRN_PROCESS_CANCELLED;
    }
}

void
firn_process_stop(FirnProcess *self, FirnWaiter *waiter)
{
    bool was_cancellable = waiter->is_cancellable;
    int64_t end_ms = firn_clock_ms() + TERM_MS;
    bool is_over;

    if (self->pid != 0) {
        waiter->is_cancellable = false;
        kill(-self->pid, SIGTERM);
        is_over = has_ended(self);
        while (!is_over && firn_waiter_wait(waiter, -1, end_ms) == FIRN_WAIT_EVENT)
            is_over = has_ended(self);
        /* Of its group others may be left. */
        kill(-self->pid, SIGKILL);
        if (!is_over && !has_ended(self))
            firn_waiter_abandon(waiter, self->pid);
        self->pid = 0;
        waiter->is_cancellable = was_cancellable;
    }
    close_pipes(self);
}
