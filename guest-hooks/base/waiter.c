/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "waiter.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t
firn_clock_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
firn_waiter_init(FirnWaiter *self)
{
    sigset_t taken;

    *self = (FirnWaiter){.listener = -1, .client = -1};
    sigemptyset(&taken);
    sigaddset(&taken, SIGCHLD);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGINT);
    sigprocmask(SIG_BLOCK, &taken, NULL);
    signal(SIGPIPE, SIG_IGN);
    self->signals = signalfd(-1, &taken, SFD_NONBLOCK | SFD_CLOEXEC);
    return self->signals >= 0;
}

void
firn_waiter_clear(FirnWaiter *self)
{
    close(self->signals);
}

void
firn_waiter_abandon(FirnWaiter *self, pid_t pid)
{
    if (self->n_abandoned < FIRN_WAITER_ABANDONED_MAX)
        self->abandoned[self->n_abandoned++] = pid;
}

static void
reap_abandoned(FirnWaiter *self)
{
    for (unsigned i = 0; i < self->n_abandoned;) {
        if (waitpid(self->abandoned[i], NULL, WNOHANG) == 0)
            i++;
        else
            self->abandoned[i] = self->abandoned[--self->n_abandoned];
    }
}

static void
take_signals(FirnWaiter *self)
{
    struct signalfd_siginfo info;

    while (read(self->signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD)
            self->is_ending = self->is_cancelled = true;
    reap_abandoned(self);
}

static int
get_timeout(int64_t end_ms)
{
    int64_t left_ms = end_ms == INT64_MAX ? -1 : end_ms - firn_clock_ms();

    if (end_ms == INT64_MAX)
        return -1;
    return left_ms < 0 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

FirnWaitResult
firn_waiter_wait(FirnWaiter *self, int fd, int64_t end_ms)
{
    struct pollfd sources[] = {
        {.fd = self->signals,  .events = POLLIN   },
        {.fd = self->listener, .events = POLLIN   },
        {.fd = self->client,   .events = POLLRDHUP},
        {.fd = fd,             .events = POLLIN   },
    };
    int timeout = get_timeout(end_ms);
    int ready;

    if (self->is_cancelled && self->is_cancellable)
        return FIRN_WAIT_CANCELLED;
    if (timeout == 0)
        return FIRN_WAIT_TIMEOUT;
    ready = poll(sources, sizeof sources / sizeof *sources, timeout);
    if (ready <= 0)
        return ready == 0 ? FIRN_WAIT_TIMEOUT : FIRN_WAIT_EVENT;
    if (sources[0].revents != 0)
        take_signals(self);
    if (sources[1].revents != 0)
        self->on_client(self->data);
    if (sources[2].revents != 0) {
        self->is_cancelled = true;
        self->client = -1;
    }
    return self->is_cancelled && self->is_cancellable ? FIRN_WAIT_CANCELLED : FIRN_WAIT_EVENT;
}
