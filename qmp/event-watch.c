/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-watch.h"

#include "await.h"
#include "qmp-error.h"

struct _FirnEventWatch {
    FirnChannel *channel; /* (owned) */
    FirnEventMatch match;
    gpointer user_data; /* (unowned) */
    gulong event_id;
    gulong closed_id;
    GMutex mutex;
    GCond cond;
    gboolean has_come;
    gboolean is_closed;
};

static void
set_flag(FirnEventWatch *self, gboolean *flag)
{
    g_mutex_lock(&self->mutex);
    *flag = TRUE;
    g_cond_signal(&self->cond);
    g_mutex_unlock(&self->mutex);
}

static void
on_event(FirnChannel *channel, const char *name, JsonObject *data, gpointer user_data)
{
    FirnEventWatch *self = user_data;

    if (self->match(name, data, self->user_data))
        set_flag(self, &self->has_come);
}

static void
on_closed(FirnChannel *channel, gpointer user_data)
{
    FirnEventWatch *self = user_data;

    set_flag(self, &self->is_closed);
}

static void
begin(gpointer data, gpointer more_data)
{
    FirnEventWatch *self = data;

    self->event_id = g_signal_connect(self->channel, "event", G_CALLBACK(on_event), self);
    self->closed_id = g_signal_connect(self->channel, "closed", G_CALLBACK(on_closed), self);
}

FirnEventWatch *
firn_event_watch_new(FirnChannel *channel, FirnEventMatch match, gpointer user_data)
{
    FirnEventWatch *self = g_new0(FirnEventWatch, 1);

    self->channel = g_object_ref(channel);
    self->match = match;
    self->user_data = user_data;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->cond);
    firn_await_call(begin, self, NULL);
    return self;
}

gboolean
firn_event_watch_wait(FirnEventWatch *self, GError **error)
{
    gboolean has_come;

    g_mutex_lock(&self->mutex);
    while (!self->has_come && !self->is_closed)
        g_cond_wait(&self->cond, &self->mutex);
    has_come = self->has_come;
    g_mutex_unlock(&self->mutex);
    if (!has_come)
        g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "the connection was closed");
    return has_come;
}

gboolean
firn_event_watch_wait_for(FirnEventWatch *self, guint ms, GError **error)
{
    gint64 end_us = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
    gboolean is_in_time = TRUE;

    g_mutex_lock(&self->mutex);
    while (!self->has_come && !self->is_closed && is_in_time)
        is_in_time = g_cond_wait_until(&self->cond, &self->mutex, end_us);
    g_mutex_unlock(&self->mutex);
    if (is_in_time)
        return firn_event_watch_wait(self, error);
    g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE, "the event did not arrive in time");
    return FALSE;
}

static void
end(gpointer data, gpointer more_data)
{
    FirnEventWatch *self = data;

    g_signal_handler_disconnect(self->channel, self->event_id);
    g_signal_handler_disconnect(self->channel, self->closed_id);
    g_object_unref(self->channel);
}

void
firn_event_watch_free(FirnEventWatch *self)
{
    if (self == NULL)
        return;
    firn_await_call(end, self, NULL);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->cond);
    g_free(self);
}
