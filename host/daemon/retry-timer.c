/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "retry-timer.h"

struct _FirnRetryTimer {
    void (*retry)(gpointer data);
    gpointer data; /* (unowned) outlives the timer */
    FirnRetryClock clock;
    guint id; /* of the clock; 0: not running */
    guint wait_s;
};

static const FirnRetryClock main_loop = {g_timeout_add_seconds, g_source_remove};

FirnRetryTimer *
firn_retry_timer_new(void (*retry)(gpointer data), gpointer data, const FirnRetryClock *clock)
{
    FirnRetryTimer *self = g_new0(FirnRetryTimer, 1);

    self->retry = retry;
    self->data = data;
    self->clock = clock == NULL ? main_loop : *clock;
    self->wait_s = FIRN_RETRY_FIRST_S;
    return self;
}

static gboolean
on_time(gpointer user_data)
{
    FirnRetryTimer *self = user_data;

    self->id = 0;
    self->retry(self->data);
    return G_SOURCE_REMOVE;
}

void
firn_retry_timer_run(FirnRetryTimer *self)
{
    if (self->id != 0)
        return;
    self->id = self->clock.arm(self->wait_s, on_time, self);
    self->wait_s = MIN(2 * self->wait_s, FIRN_RETRY_MAX_S);
}

static void
stop(FirnRetryTimer *self)
{
    if (self->id != 0)
        self->clock.disarm(self->id);
    self->id = 0;
}

void
firn_retry_timer_reset(FirnRetryTimer *self)
{
    stop(self);
    self->wait_s = FIRN_RETRY_FIRST_S;
}

void
firn_retry_timer_free(FirnRetryTimer *self)
{
    if (self == NULL)
        return;
    stop(self);
    g_free(self);
}
