/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnEventWatch:
 *
 * Lets a job thread wait for an event of a channel. Create it before sending the command that
 * causes the event.
 */
typedef struct _FirnEventWatch FirnEventWatch;

/**
 * FirnEventMatch:
 * @name: the event's name
 * @data: (nullable): its data
 * @user_data: as given to firn_event_watch_new()
 *
 * Runs on the main loop.
 *
 * Returns: %TRUE if this is the event to wait for
 */
typedef gboolean (*FirnEventMatch)(const char *name, JsonObject *data, gpointer user_data);

/**
 * firn_event_watch_new:
 * @channel: an open channel
 * @match: recognises the event
 * @user_data: for @match; must live as long as the watch
 *
 * Job threads only.
 *
 * Returns: (transfer full): a watch that is already active
 */
FirnEventWatch *firn_event_watch_new(FirnChannel *channel,
                                     FirnEventMatch match,
                                     gpointer user_data);

/**
 * firn_event_watch_wait:
 *
 * Sleeps until the event arrives, has already arrived, or the peer is gone. Job threads only.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED.
 *
 * Returns: %TRUE if the event has arrived
 */
gboolean firn_event_watch_wait(FirnEventWatch *self, GError **error);

/**
 * firn_event_watch_wait_for:
 * @ms: how long to wait
 *
 * As firn_event_watch_wait(), with a time limit.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED, %FIRN_QMP_ERROR_DEADLINE.
 *
 * Returns: %TRUE if the event has arrived
 */
gboolean firn_event_watch_wait_for(FirnEventWatch *self, guint ms, GError **error);

/**
 * firn_event_watch_free:
 * @self: (nullable): a watch
 *
 * Job threads only.
 */
void firn_event_watch_free(FirnEventWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnEventWatch, firn_event_watch_free)
