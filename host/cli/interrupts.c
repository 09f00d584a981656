/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupts.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM};

struct _FirnInterrupts {
    struct sigaction before[G_N_ELEMENTS(signals)];
    guint waker; /* id of the source for the eventfd */
};

/* A signal handler has no user data. */
static gint count;
static int wake_fd = -1;

/* Not g_unix_signal_add(): it counts a signal only when the main context runs, which may be after
 * an answer that arrived later. */
static void
on_signal(int number)
{
    int error = errno;

    g_atomic_int_inc(&count);
    eventfd_write(wake_fd, 1);
    errno = error;
}

static gboolean
on_woken(int fd, GIOCondition condition, gpointer user_data)
{
    eventfd_t n;

    eventfd_read(fd, &n);
    return G_SOURCE_CONTINUE;
}

FirnInterrupts *
firn_interrupts_new(void)
{
    FirnInterrupts *self = g_new0(FirnInterrupts, 1);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    count = 0;
    self->waker = g_unix_fd_add(wake_fd, G_IO_IN, on_woken, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &action, &self->before[i]);
    return self;
}

guint
firn_interrupts_get_count(const FirnInterrupts *self)
{
    return (guint)g_atomic_int_get(&count);
}

void
firn_interrupts_free(FirnInterrupts *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &self->before[i], NULL);
    g_source_remove(self->waker);
    close(wake_fd);
    wake_fd = -1;
    g_free(self);
}
