/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "monitor-connection.h"

#include <string.h>

#include "monitor-client.h"
#include "qmp-error.h"
#include "run-state.h"

#define QUERY_MS 10000
/* QEMU creates its socket shortly before it listens on it. */
#define APPEAR_MS    100
#define APPEAR_TRIES 6

struct _FirnMonitorConnection {
    GObject parent_instance;
    char *path; /* (owned) */
    uid_t user;
    char *uuid;          /* (owned) */
    GFileMonitor *watch; /* (owned) (nullable) on the socket */
    GSource *appear;     /* (owned) (nullable) the next try after it appeared */
    guint appear_tries;
    GPtrArray
        *connecting; /* (owned) (element-type GTask) callers that wait for the current connect */
    gboolean is_stopped;
    GMutex mutex;         /* guards monitor */
    FirnChannel *monitor; /* (owned) (nullable) */
};

enum { SIGNAL_OPENED, SIGNAL_FAILED, SIGNAL_CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnMonitorConnection, firn_monitor_connection, G_TYPE_OBJECT)

FirnChannel *
firn_monitor_connection_dup_channel(FirnMonitorConnection *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->monitor == NULL ? NULL : g_object_ref(self->monitor);
}

static void
set_monitor(FirnMonitorConnection *self, FirnChannel *monitor)
{
    g_autoptr(FirnChannel) old = NULL;

    g_mutex_lock(&self->mutex);
    old = g_steal_pointer(&self->monitor);
    self->monitor = monitor == NULL ? NULL : g_object_ref(monitor);
    g_mutex_unlock(&self->mutex);
    if (old == NULL)
        return;
    g_signal_handlers_disconnect_by_data(old, self);
    firn_channel_close(old);
}

static void
on_closed(FirnChannel *monitor, gpointer user_data)
{
    FirnMonitorConnection *self = user_data;

    set_monitor(self, NULL);
    g_signal_emit(self, signals[SIGNAL_CLOSED], 0);
}

/* Connecting: open the monitor, check that its QEMU is the right VM, then complete all waiting
 * tasks. */

static void
end_connecting(FirnMonitorConnection *self, const GError *error)
{
    g_autoptr(GPtrArray) waiting = g_steal_pointer(&self->connecting);

    self->connecting = g_ptr_array_new_with_free_func(g_object_unref);
    if (error != NULL)
        g_signal_emit(self, signals[SIGNAL_FAILED], 0, error);
    for (guint i = 0; i < waiting->len; i++) {
        if (error == NULL)
            g_task_return_boolean(waiting->pdata[i], TRUE);
        else
            g_task_return_error(waiting->pdata[i], g_error_copy(error));
    }
}

static gboolean
is_other_uuid(FirnMonitorConnection *self, JsonNode *reply)
{
    g_autofree char *uuid = firn_run_state_read_uuid(reply, NULL);

    /* A QEMU that was started without -uuid reports zeros. */
    return uuid != NULL && strspn(uuid, "0-") != strlen(uuid) &&
           g_ascii_strcasecmp(uuid, self->uuid) != 0;
}

static void
on_uuid(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(FirnMonitorConnection) self = user_data;
    FirnChannel *monitor = FIRN_CHANNEL(source);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_channel_call_finish(monitor, result, &error);

    if (reply != NULL && is_other_uuid(self, reply))
        error = g_error_new(FIRN_QMP_ERROR,
                            FIRN_QMP_ERROR_UNTRUSTED,
                            "%s: this QEMU has a UUID other than %s",
                            self->path,
                            self->uuid);
    if (error == NULL && self->is_stopped)
        error = g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "%s: stopped", self->path);
    if (error == NULL) {
        set_monitor(self, monitor);
        g_signal_connect(monitor, "closed", G_CALLBACK(on_closed), self);
        g_signal_emit(self, signals[SIGNAL_OPENED], 0, monitor);
    } else {
        firn_channel_close(monitor);
    }
    end_connecting(self, error);
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(FirnMonitorConnection) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnChannel) monitor = firn_channel_open_finish(result, &error);

    if (monitor == NULL)
        end_connecting(self, error);
    else
        firn_channel_call_async(monitor,
                                "query-uuid",
                                NULL,
                                QUERY_MS,
                                NULL,
                                on_uuid,
                                g_object_ref(self));
}

void
firn_monitor_connection_connect_async(FirnMonitorConnection *self,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);

    if (self->monitor != NULL) {
        g_task_return_boolean(task, TRUE);
        return;
    }
    g_ptr_array_add(self->connecting, g_object_ref(task));
    if (self->connecting->len == 1)
        firn_monitor_client_open_async(self->path, self->user, NULL, on_opened, g_object_ref(self));
}

gboolean
firn_monitor_connection_connect_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

/* Watching the socket. */

static void on_tried(GObject *source, GAsyncResult *result, gpointer user_data);

static gboolean
on_appear(gpointer user_data)
{
    FirnMonitorConnection *self = user_data;

    g_clear_pointer(&self->appear, g_source_unref);
    firn_monitor_connection_connect_async(self, on_tried, NULL);
    return G_SOURCE_REMOVE;
}

static void
try_soon(FirnMonitorConnection *self)
{
    if (self->appear != NULL || self->is_stopped)
        return;
    self->appear = g_timeout_source_new(APPEAR_MS << self->appear_tries);
    g_source_set_callback(self->appear, on_appear, self, NULL);
    g_source_attach(self->appear, NULL);
}

static void
on_tried(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnMonitorConnection *self = FIRN_MONITOR_CONNECTION(source);

    if (!firn_monitor_connection_connect_finish(result, NULL) &&
        ++self->appear_tries < APPEAR_TRIES)
        try_soon(self);
}

static void
on_socket_changed(GFileMonitor *watch,
                  GFile *file,
                  GFile *other,
                  GFileMonitorEvent event,
                  gpointer user_data)
{
    FirnMonitorConnection *self = user_data;

    if (event != G_FILE_MONITOR_EVENT_CREATED || self->monitor != NULL)
        return;
    self->appear_tries = 0;
    try_soon(self);
}

void
firn_monitor_connection_start(FirnMonitorConnection *self)
{
    g_autoptr(GFile) file = g_file_new_for_path(self->path);

    /* While its folder is missing, as after a boot, GLib looks for it every few seconds. */
    self->watch = g_file_monitor_file(file, G_FILE_MONITOR_NONE, NULL, NULL);
    if (self->watch != NULL)
        g_signal_connect(self->watch, "changed", G_CALLBACK(on_socket_changed), self);
    self->appear_tries = APPEAR_TRIES;
    firn_monitor_connection_connect_async(self, on_tried, NULL);
}

void
firn_monitor_connection_stop(FirnMonitorConnection *self)
{
    self->is_stopped = TRUE;
    if (self->appear != NULL)
        g_source_destroy(self->appear);
    g_clear_pointer(&self->appear, g_source_unref);
    if (self->watch != NULL)
        g_signal_handlers_disconnect_by_data(self->watch, self);
    g_clear_object(&self->watch);
    set_monitor(self, NULL);
}

static void
firn_monitor_connection_dispose(GObject *object)
{
    firn_monitor_connection_stop(FIRN_MONITOR_CONNECTION(object));
    G_OBJECT_CLASS(firn_monitor_connection_parent_class)->dispose(object);
}

static void
firn_monitor_connection_finalize(GObject *object)
{
    FirnMonitorConnection *self = FIRN_MONITOR_CONNECTION(object);

    g_ptr_array_unref(self->connecting);
    g_mutex_clear(&self->mutex);
    g_free(self->path);
    g_free(self->uuid);
    G_OBJECT_CLASS(firn_monitor_connection_parent_class)->finalize(object);
}

static guint
new_signal(const char *name, guint n_params, GType param)
{
    return g_signal_new(name,
                        FIRN_TYPE_MONITOR_CONNECTION,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        n_params,
                        param);
}

static void
firn_monitor_connection_class_init(FirnMonitorConnectionClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_monitor_connection_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_monitor_connection_finalize;
    signals[SIGNAL_OPENED] = new_signal("opened", 1, FIRN_TYPE_CHANNEL);
    signals[SIGNAL_FAILED] = new_signal("failed", 1, G_TYPE_ERROR);
    signals[SIGNAL_CLOSED] = new_signal("closed", 0, G_TYPE_NONE);
}

static void
firn_monitor_connection_init(FirnMonitorConnection *self)
{
    self->connecting = g_ptr_array_new_with_free_func(g_object_unref);
    g_mutex_init(&self->mutex);
}

FirnMonitorConnection *
firn_monitor_connection_new(const char *path, uid_t user, const char *uuid)
{
    FirnMonitorConnection *self = g_object_new(FIRN_TYPE_MONITOR_CONNECTION, NULL);

    self->path = g_strdup(path);
    self->user = user;
    self->uuid = g_strdup(uuid);
    return self;
}
