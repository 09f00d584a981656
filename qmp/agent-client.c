/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-client.h"

#include <string.h>

#include "line-socket.h"
#include "pending-call.h"
#include "qmp-error.h"
#include "qmp-message.h"

/* How much a guest may send unasked before firn closes the connection. */
#define NOISE_BYTES (8 << 20)
#define SYNC        "guest-sync-delimited"

struct _FirnAgentClient {
    GObject parent_instance;
    char *path;               /* (owned) */
    FirnLineSocket *socket;   /* (owned) (nullable) %NULL once closed */
    FirnPendingCall *waiting; /* (owned) (nullable) the current command, or the opening */
    GBytes *command;          /* (owned) (nullable) waits until the channel is synchronised */
    gint64 sync_id;           /* 0: not synchronising */
    gboolean is_synced;
    gboolean is_open;
    gsize noise_bytes; /* since the last answer */
};

static void firn_agent_client_channel_init(FirnChannelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnAgentClient,
                              firn_agent_client,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_CHANNEL,
                                                    firn_agent_client_channel_init))

static void
end_connection(FirnAgentClient *self, const GError *error)
{
    g_autoptr(FirnAgentClient) keep = g_object_ref(self);
    FirnPendingCall *waiting = g_steal_pointer(&self->waiting);

    if (self->socket == NULL)
        return;
    firn_line_socket_close(self->socket);
    g_clear_object(&self->socket);
    g_clear_pointer(&self->command, g_bytes_unref);
    if (self->is_open)
        firn_channel_emit_closed(FIRN_CHANNEL(self));
    if (waiting != NULL)
        firn_pending_call_fail(waiting, g_error_copy(error));
}

static void
close_client(FirnChannel *channel)
{
    FirnAgentClient *self = FIRN_AGENT_CLIENT(channel);
    g_autoptr(GError) error =
        g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "%s: closed", self->path);

    end_connection(self, error);
}

static void
firn_agent_client_dispose(GObject *object)
{
    close_client(FIRN_CHANNEL(object));
    G_OBJECT_CLASS(firn_agent_client_parent_class)->dispose(object);
}

static void
firn_agent_client_finalize(GObject *object)
{
    g_free(FIRN_AGENT_CLIENT(object)->path);
    G_OBJECT_CLASS(firn_agent_client_parent_class)->finalize(object);
}

static void
firn_agent_client_class_init(FirnAgentClientClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_agent_client_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_agent_client_finalize;
}

static void
firn_agent_client_init(FirnAgentClient *self)
{
}

/* 63 random bits, never 0. */
static gint64
random_id(void)
{
    guint64 high = g_random_int() & 0x7fffffff;

    return (gint64)(high << 32 | g_random_int() | 1);
}

static void
send_sync(FirnAgentClient *self)
{
    static const guint8 delimiter = 0xff;
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GBytes) reset = g_bytes_new_static(&delimiter, 1);
    g_autoptr(GBytes) message = NULL;

    self->sync_id = random_id();
    self->is_synced = FALSE;
    json_object_set_int_member(arguments, "id", self->sync_id);
    message = firn_qmp_message_build(SYNC, arguments, 0);
    firn_line_socket_send(self->socket, reset);
    firn_line_socket_send(self->socket, message);
}

static void
on_give_up(FirnPendingCall *call, GError *reason, gpointer channel)
{
    FirnAgentClient *self = channel;

    self->waiting = NULL;
    self->is_synced = FALSE;
    self->sync_id = 0;
    g_clear_pointer(&self->command, g_bytes_unref);
    firn_pending_call_take_back(call, self->socket);
    firn_pending_call_fail(call, reason);
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
    FirnAgentClient *self = FIRN_AGENT_CLIENT(channel);
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    g_autoptr(GBytes) message = firn_qmp_message_build(command, arguments, 0);

    g_task_set_check_cancellable(task, FALSE);
    if (self->socket == NULL || self->waiting != NULL) {
        g_task_return_new_error(task,
                                FIRN_QMP_ERROR,
                                self->socket == NULL ? FIRN_QMP_ERROR_CLOSED : FIRN_QMP_ERROR_BUSY,
                                "%s: %s: %s",
                                self->path,
                                command,
                                self->socket == NULL ? "closed" : "another command is waiting");
        return;
    }
    self->waiting = firn_pending_call_new(g_steal_pointer(&task), command, deadline_ms, on_give_up);
    g_debug("%s <- %s", self->path, command);
    if (self->is_synced) {
        firn_pending_call_send(self->waiting, self->socket, message);
    } else {
        self->command = g_steal_pointer(&message);
        send_sync(self);
    }
}

static void
firn_agent_client_channel_init(FirnChannelInterface *iface)
{
    iface->call_async = call_async;
    iface->close = close_client;
}

/* Before the reply to our sync the line may contain anything: the rest of an old reply, a reply to
 * another client, garbage. */
static gboolean
is_our_sync(FirnAgentClient *self, GBytes *line, gboolean is_delimited)
{
    g_autoptr(FirnQmpMessage) message =
        is_delimited ? firn_qmp_message_parse(line, &FIRN_JSON_LIMITS_AGENT, NULL) : NULL;

    return message != NULL && message->kind == FIRN_QMP_MESSAGE_RETURN &&
           JSON_NODE_HOLDS_VALUE(message->value) &&
           json_node_get_value_type(message->value) == G_TYPE_INT64 &&
           json_node_get_int(message->value) == self->sync_id;
}

static void
on_synced(FirnAgentClient *self)
{
    g_autoptr(GBytes) command = g_steal_pointer(&self->command);

    self->is_synced = TRUE;
    self->sync_id = 0;
    self->noise_bytes = 0;
    if (command != NULL) {
        firn_pending_call_send(self->waiting, self->socket, command);
    } else {
        self->is_open = TRUE;
        firn_pending_call_return(g_steal_pointer(&self->waiting), json_node_new(JSON_NODE_NULL));
    }
}

/* An agent that does not allow sync commands replies so, so firn need not wait for the deadline.
 * The reply may also be an older one, to another client's sync: the next attempt will show it. */
static GError *
read_refused_sync(GBytes *line)
{
    gsize length;
    const char *text = g_bytes_get_data(line, &length);
    g_autoptr(FirnQmpMessage) message = NULL;
    g_autoptr(GError) error = NULL;

    /* Checked first, so that a flood is not parsed. */
    if (memmem(text, length, SYNC, strlen(SYNC)) == NULL)
        return NULL;
    message = firn_qmp_message_parse(line, &FIRN_JSON_LIMITS_AGENT, NULL);
    if (message == NULL || message->kind != FIRN_QMP_MESSAGE_ERROR || message->text == NULL ||
        strstr(message->text, SYNC) == NULL)
        return NULL;
    error = firn_qmp_message_to_error(message, SYNC);
    return firn_qmp_error_is_unavailable(error) ? g_steal_pointer(&error) : NULL;
}

static void
take_noise(FirnAgentClient *self, GBytes *line)
{
    g_autoptr(GError) error = self->sync_id == 0 ? NULL : read_refused_sync(line);

    self->is_synced = FALSE;
    if (error != NULL) {
        end_connection(self, error);
        return;
    }
    self->noise_bytes += g_bytes_get_size(line) + 1;
    if (self->noise_bytes <= NOISE_BYTES)
        return;
    error = g_error_new(FIRN_QMP_ERROR,
                        FIRN_QMP_ERROR_MALFORMED,
                        "%s: the guest agent sent data that no command had asked for",
                        self->path);
    end_connection(self, error);
}

/* The output of a program is one string. */
static FirnJsonLimits
choose_limits(const char *command)
{
    FirnJsonLimits limits = FIRN_JSON_LIMITS_AGENT;

    if (g_str_equal(command, "guest-exec-status"))
        limits.string_bytes = limits.message_bytes;
    return limits;
}

static void
take_answer(FirnAgentClient *self, GBytes *line)
{
    g_autoptr(GError) error = NULL;
    FirnPendingCall *call = self->waiting;
    const FirnJsonLimits limits = choose_limits(firn_pending_call_get_command(call));
    g_autoptr(FirnQmpMessage) message = firn_qmp_message_parse(line, &limits, &error);

    if (message != NULL && message->kind != FIRN_QMP_MESSAGE_RETURN &&
        message->kind != FIRN_QMP_MESSAGE_ERROR)
        error = g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "not a reply");
    if (error != NULL) {
        g_prefix_error(&error, "%s: %s: ", self->path, firn_pending_call_get_command(call));
        end_connection(self, error);
        return;
    }
    self->waiting = NULL;
    self->noise_bytes = 0;
    if (message->kind == FIRN_QMP_MESSAGE_RETURN)
        firn_pending_call_return(call, g_steal_pointer(&message->value));
    else
        firn_pending_call_fail(
            call,
            firn_qmp_message_to_error(message, firn_pending_call_get_command(call)));
}

static void
on_line(GBytes *line, gboolean is_delimited, gpointer user_data)
{
    g_autoptr(FirnAgentClient) self = g_object_ref(user_data);

    if (self->sync_id != 0 && is_our_sync(self, line, is_delimited))
        on_synced(self);
    else if (self->sync_id != 0 || self->waiting == NULL)
        take_noise(self, line);
    else
        take_answer(self, line);
}

static void
on_closed(const GError *error, gpointer user_data)
{
    end_connection(user_data, error);
}

static void
on_not_opened(FirnPendingCall *call, GError *reason, gpointer channel)
{
    FirnAgentClient *self = channel;
    g_autoptr(GError) error = reason;

    g_prefix_error(&error, "%s: ", self->path);
    end_connection(self, error);
}

void
firn_agent_client_open_async(const char *path,
                             uid_t user,
                             guint deadline_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    FirnAgentClient *self = g_object_new(FIRN_TYPE_AGENT_CLIENT, NULL);
    FirnLineSocketPeer peer = {on_line, on_closed, self};
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    GError *error = NULL;

    g_task_set_check_cancellable(task, FALSE);
    self->path = g_strdup(path);
    self->socket =
        firn_line_socket_new(path, user, FIRN_JSON_LIMITS_AGENT.message_bytes, &peer, &error);
    if (self->socket == NULL) {
        g_task_return_error(task, error);
    } else {
        self->waiting =
            firn_pending_call_new(g_steal_pointer(&task), SYNC, deadline_ms, on_not_opened);
        send_sync(self);
    }
    /* From here on the task's reference, and later the caller's, keep it alive. */
    g_object_unref(self);
}
