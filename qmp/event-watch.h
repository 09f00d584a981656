/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnEventWatch:
 *
 * Lets a job thread wait for an event of a channel. Create it before sending what causes the event.
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
 * Returns: %TRUE if this is the awaited one
 */
typedef gboolean (*FirnEventMatch)(const char *name, JsonObject *data, gpointer user_data);

/**
 * firn_event_watch_new:
 * @channel: an open channel
 * @match: tells the awaited event
 * @user_data: for @match; has to live as long as the watch
 *
 * Job threads only.
 *
 * Returns: (transfer full): a watch that has begun
 */
FirnEventWatch *firn_event_watch_new(FirnChannel *channel,
                                     FirnEventMatch match,
                                     gpointer user_data);

/**
 * firn_event_watch_wait:
 * @self: a watch
 * @error: return location for a #GError
 *
 * Sleeps until the event comes, or has come, or the peer ends. Job threads only.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED.
 *
 * Returns: %TRUE if the event has come
 */
gboolean firn_event_watch_wait(FirnEventWatch *self, GError **error);

/**
 * firn_event_watch_wait_for:
 * @self: a watch
 * @ms: how long
 * @error: return location for a #GError
 *
 * As firn_event_watch_wait(), for some time.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED, %FIRN_QMP_ERROR_DEADLINE.
 *
 * Returns: %TRUE if the event has come
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
