/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "monitor-client.h"

#include "line-socket.h"
#include "pending-call.h"
#include "qmp-error.h"
#include "qmp-message.h"

#define GREETING_MS 3000

struct _FirnMonitorClient {
    GObject parent_instance;
    char *path;             /* (owned) */
    FirnLineSocket *socket; /* (owned) (nullable) %NULL once closed */
    GHashTable *calls;      /* (owned) (element-type gint64 FirnPendingCall) id -> who waits */
    gint64 last_id;
    FirnPendingCall *opening; /* (owned) (nullable) until the capabilities are negotiated */
};

static void firn_monitor_client_channel_init(FirnChannelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnMonitorClient,
                              firn_monitor_client,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_CHANNEL,
                                                    firn_monitor_client_channel_init))

static FirnPendingCall *
steal_call(FirnMonitorClient *self, gint64 id)
{
    gpointer key = NULL, call = NULL;

    if (!g_hash_table_steal_extended(self->calls, &id, &key, &call))
        return NULL;
    g_free(key);
    return call;
}

static void
fail_all_calls(FirnMonitorClient *self, const GError *error)
{
    g_autoptr(GHashTable) calls = g_steal_pointer(&self->calls);
    GHashTableIter iter;
    gpointer call;

    self->calls = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_hash_table_iter_init(&iter, calls);
    while (g_hash_table_iter_next(&iter, NULL, &call))
        firn_pending_call_fail(call, g_error_copy(error));
}

static void
end_connection(FirnMonitorClient *self, const GError *error)
{
    g_autoptr(FirnMonitorClient) keep = g_object_ref(self);
    FirnPendingCall *opening = g_steal_pointer(&self->opening);

    if (self->socket == NULL)
        return;
    firn_line_socket_close(self->socket);
    g_clear_object(&self->socket);
    if (opening == NULL)
        firn_channel_emit_closed(FIRN_CHANNEL(self));
    fail_all_calls(self, error);
    if (opening != NULL)
        firn_pending_call_fail(opening, g_error_copy(error));
}

static void
close_client(FirnChannel *channel)
{
    FirnMonitorClient *self = FIRN_MONITOR_CLIENT(channel);
    g_autoptr(GError) error =
        g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "%s: closed", self->path);

    end_connection(self, error);
}

static void
firn_monitor_client_dispose(GObject *object)
{
    close_client(FIRN_CHANNEL(object));
    G_OBJECT_CLASS(firn_monitor_client_parent_class)->dispose(object);
}

static void
firn_monitor_client_finalize(GObject *object)
{
    FirnMonitorClient *self = FIRN_MONITOR_CLIENT(object);

    g_hash_table_unref(self->calls);
    g_free(self->path);
    G_OBJECT_CLASS(firn_monitor_client_parent_class)->finalize(object);
}

static void
firn_monitor_client_class_init(FirnMonitorClientClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_monitor_client_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_monitor_client_finalize;
}

static void
firn_monitor_client_init(FirnMonitorClient *self)
{
    self->calls = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

/* A late reply is dropped: a monitor's replies have ids, so nothing has to be resynchronised. */
static void
on_give_up(FirnPendingCall *call, GError *reason, gpointer channel)
{
    FirnMonitorClient *self = channel;
    GHashTableIter iter;
    gpointer pending;

    g_hash_table_iter_init(&iter, self->calls);
    while (g_hash_table_iter_next(&iter, NULL, &pending)) {
        if (pending == call) {
            g_hash_table_iter_remove(&iter);
            break;
        }
    }
    firn_pending_call_take_back(call, self->socket);
    firn_pending_call_fail(call, reason);
}

/* Returns NULL after failing the task if the connection has ended. @out_bytes: the line to send. */
static FirnPendingCall *
expect(FirnMonitorClient *self,
       GTask *task,
       const char *command,
       JsonObject *arguments,
       guint deadline_ms,
       GBytes **out_bytes)
{
    gint64 id = ++self->last_id;
    FirnPendingCall *call;

    g_task_set_check_cancellable(task, FALSE);
    if (self->socket == NULL) {
        g_task_return_new_error(task,
                                FIRN_QMP_ERROR,
                                FIRN_QMP_ERROR_CLOSED,
                                "%s: %s: closed",
                                self->path,
                                command);
        return NULL;
    }
    call = firn_pending_call_new(g_object_ref(task), command, deadline_ms, on_give_up);
    g_hash_table_insert(self->calls, g_memdup2(&id, sizeof id), call);
    g_debug("%s <- %s", self->path, command);
    *out_bytes = firn_qmp_message_build(command, arguments, id);
    return call;
}

static void
call_async(FirnChannel *channel,
           const char *command,
           JsonObject *arguments,
           guint deadline_ms,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
    FirnMonitorClient *self = FIRN_MONITOR_CLIENT(channel);
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    g_autoptr(GBytes) bytes = NULL;
    FirnPendingCall *call = expect(self, task, command, arguments, deadline_ms, &bytes);

    if (call != NULL)
        firn_pending_call_send(call, self->socket, bytes);
}

static void
pass_file_async(FirnChannel *channel,
                const char *command,
                JsonObject *arguments,
                int file,
                guint deadline_ms,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    FirnMonitorClient *self = FIRN_MONITOR_CLIENT(channel);
    g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);
    g_autoptr(GBytes) bytes = NULL;

    /* The line cannot be taken back, because its file would be sent without it. If the file cannot
     * be sent, the line is sent alone, and QEMU replies that the file is missing. */
    if (expect(self, task, command, arguments, deadline_ms, &bytes) != NULL &&
        !firn_line_socket_send_file(self->socket, bytes, file))
        firn_line_socket_send(self->socket, bytes);
}

static void
firn_monitor_client_channel_init(FirnChannelInterface *iface)
{
    iface->call_async = call_async;
    iface->close = close_client;
    iface->pass_file_async = pass_file_async;
}

static void
on_capabilities(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnMonitorClient *self = FIRN_MONITOR_CLIENT(source);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) value = firn_channel_call_finish(FIRN_CHANNEL(self), result, &error);

    if (self->opening == NULL)
        return;
    /* The caller may be another thread and drop its reference there, so close the socket here. */
    if (value == NULL)
        end_connection(self, error);
    else
        firn_pending_call_return(g_steal_pointer(&self->opening), g_steal_pointer(&value));
}

static void
take_answer(FirnMonitorClient *self, FirnQmpMessage *message)
{
    FirnPendingCall *call = steal_call(self, message->id);

    if (call == NULL)
        return;
    if (message->kind == FIRN_QMP_MESSAGE_RETURN)
        firn_pending_call_return(call, g_steal_pointer(&message->value));
    else
        firn_pending_call_fail(
            call,
            firn_qmp_message_to_error(message, firn_pending_call_get_command(call)));
}

static void
take_message(FirnMonitorClient *self, FirnQmpMessage *message)
{
    switch (message->kind) {
    case FIRN_QMP_MESSAGE_GREETING:
        if (self->opening != NULL)
            call_async(FIRN_CHANNEL(self),
                       "qmp_capabilities",
                       NULL,
                       GREETING_MS,
                       NULL,
                       on_capabilities,
                       NULL);
        break;
    case FIRN_QMP_MESSAGE_EVENT:
        g_debug("%s -> %s", self->path, message->name);
        firn_channel_emit_event(FIRN_CHANNEL(self),
                                message->name,
                                message->value == NULL ? NULL
                                                       : json_node_get_object(message->value));
        break;
    case FIRN_QMP_MESSAGE_RETURN:
    case FIRN_QMP_MESSAGE_ERROR:
        take_answer(self, message);
        break;
    }
}

static void
on_line(GBytes *line, gboolean is_delimited, gpointer user_data)
{
    g_autoptr(FirnMonitorClient) self = g_object_ref(user_data);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnQmpMessage) message =
        firn_qmp_message_parse(line, &FIRN_JSON_LIMITS_MONITOR, &error);

    if (message == NULL)
        end_connection(self, error);
    else
        take_message(self, message);
}

static void
on_closed(const GError *error, gpointer user_data)
{
    end_connection(user_data, error);
}

static void
on_not_greeted(FirnPendingCall *opening, GError *reason, gpointer channel)
{
    FirnMonitorClient *self = channel;
    g_autoptr(GError) error = reason;

    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE)) {
        g_clear_error(&error);
        error = g_error_new(FIRN_QMP_ERROR,
                            FIRN_QMP_ERROR_BUSY,
                            "%s: no greeting within %u ms: another client holds the monitor, or"
                            " QEMU hangs; give firn a monitor of its own",
                            self->path,
                            GREETING_MS);
    }
    end_connection(self, error);
}

void
firn_monitor_client_open_async(const char *path,
                               uid_t user,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    FirnMonitorClient *self = g_object_new(FIRN_TYPE_MONITOR_CLIENT, NULL);
    FirnLineSocketPeer peer = {on_line, on_closed, self};
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    GError *error = NULL;

    g_task_set_check_cancellable(task, FALSE);
    self->path = g_strdup(path);
    self->socket =
        firn_line_socket_new(path, user, FIRN_JSON_LIMITS_MONITOR.message_bytes, &peer, &error);
    if (self->socket == NULL)
        g_task_return_error(task, error);
    else
        self->opening =
            firn_pending_call_new(g_steal_pointer(&task), "greeting", GREETING_MS, on_not_greeted);
    /* From here on the task's reference, and later the caller's, keep it alive. */
    g_object_unref(self);
}
