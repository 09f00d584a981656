/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/** What could not be done is tried again after so long at first, and so long at most. */
#define FIRN_RETRY_FIRST_S 60
#define FIRN_RETRY_MAX_S   3600

/**
 * FirnRetryClock:
 * @arm: calls a function once, after so many seconds, on the main loop; returns a number for it
 * @disarm: forgets what @arm returned
 *
 * Where a timer gets its time from.
 */
typedef struct {
    guint (*arm)(guint seconds, GSourceFunc function, gpointer data);
    gboolean (*disarm)(guint id);
} FirnRetryClock;

/**
 * FirnRetryTimer:
 *
 * Tries something again and again, less and less. Main loop only.
 */
typedef struct _FirnRetryTimer FirnRetryTimer;

/**
 * firn_retry_timer_new:
 * @retry: called when it is time
 * @data: for @retry
 * @clock: (nullable): %NULL: the main loop's
 *
 * Returns: (transfer full): a timer that stands still
 */
FirnRetryTimer *firn_retry_timer_new(void (*retry)(gpointer data),
                                     gpointer data,
                                     const FirnRetryClock *clock);

/**
 * firn_retry_timer_run:
 * @self: a timer
 *
 * It has failed. Lets the timer run, for twice as long as the time before; one that runs already
 * just goes on.
 */
void firn_retry_timer_run(FirnRetryTimer *self);

/**
 * firn_retry_timer_reset:
 * @self: a timer
 *
 * There is nothing to try any more. Stops the timer, and begins anew with the next failure.
 */
void firn_retry_timer_reset(FirnRetryTimer *self);

/**
 * firn_retry_timer_free:
 * @self: (nullable): a timer
 */
void firn_retry_timer_free(FirnRetryTimer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRetryTimer, firn_retry_timer_free)
