/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/** Delay before the first retry, and the longest delay. */
#define FIRN_RETRY_FIRST_S 60
#define FIRN_RETRY_MAX_S   3600

/**
 * FirnRetryClock:
 * @arm: calls a function once, after that many seconds, on the main loop; returns an id
 * @disarm: cancels the call with the id that @arm returned
 *
 * The clock of a timer.
 */
typedef struct {
    guint (*arm)(guint seconds, GSourceFunc function, gpointer data);
    gboolean (*disarm)(guint id);
} FirnRetryClock;

/**
 * FirnRetryTimer:
 *
 * Retries something at growing intervals. Main loop only.
 */
typedef struct _FirnRetryTimer FirnRetryTimer;

/**
 * firn_retry_timer_new:
 * @retry: called when it is time
 * @data: for @retry
 * @clock: (nullable): %NULL: the main loop's
 *
 * Returns: (transfer full): a timer that is not running
 */
FirnRetryTimer *firn_retry_timer_new(void (*retry)(gpointer data),
                                     gpointer data,
                                     const FirnRetryClock *clock);

/**
 * firn_retry_timer_run:
 *
 * To be called after a failure. Starts the timer with twice the previous delay; does nothing if it
 * is running.
 */
void firn_retry_timer_run(FirnRetryTimer *self);

/**
 * firn_retry_timer_reset:
 *
 * To be called when nothing is left to retry. Stops the timer; the next failure begins with the
 * shortest delay.
 */
void firn_retry_timer_reset(FirnRetryTimer *self);

void firn_retry_timer_free(FirnRetryTimer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRetryTimer, firn_retry_timer_free)
