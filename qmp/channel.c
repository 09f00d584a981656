/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "channel.h"

#include "await.h"
#include "json-read.h"
#include "qmp-error.h"

G_DEFINE_INTERFACE(FirnChannel, firn_channel, G_TYPE_OBJECT)

enum { SIGNAL_EVENT, SIGNAL_CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

typedef struct {
    FirnChannel *channel;  /* (unowned) */
    const char *command;   /* (unowned) */
    JsonObject *arguments; /* (unowned) (nullable) */
    guint deadline_ms;
    GCancellable *cancellable; /* (unowned) (nullable) */
} Call;

static void
firn_channel_default_init(FirnChannelInterface *iface)
{
    signals[SIGNAL_EVENT] = g_signal_new("event",
                                         FIRN_TYPE_CHANNEL,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         2,
                                         G_TYPE_STRING,
                                         JSON_TYPE_OBJECT);
    signals[SIGNAL_CLOSED] = g_signal_new("closed",
                                          FIRN_TYPE_CHANNEL,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          0);
}

FirnChannel *
firn_channel_open_finish(GAsyncResult *result, GError **error)
{
    g_autoptr(JsonNode) opened = g_task_propagate_pointer(G_TASK(result), error);

    return opened == NULL ? NULL : g_object_ref(g_task_get_source_object(G_TASK(result)));
}

void
firn_channel_call_async(FirnChannel *self,
                        const char *command,
                        JsonObject *arguments,
                        guint deadline_ms,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    FIRN_CHANNEL_GET_IFACE(self)
        ->call_async(self, command, arguments, deadline_ms, cancellable, callback, user_data);
}

JsonNode *
firn_channel_call_finish(FirnChannel *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

void
firn_channel_close(FirnChannel *self)
{
    FIRN_CHANNEL_GET_IFACE(self)->close(self);
}

static void
close_on_main_loop(gpointer self, gpointer more_data)
{
    firn_channel_close(self);
    g_object_unref(self);
}

void
firn_channel_drop(FirnChannel *self)
{
    firn_await_call(close_on_main_loop, self, NULL);
}

static void
start_call(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Call *call = user_data;

    firn_channel_call_async(call->channel,
                            call->command,
                            call->arguments,
                            call->deadline_ms,
                            call->cancellable,
                            callback,
                            callback_data);
}

JsonNode *
firn_channel_call(FirnChannel *self,
                  const char *command,
                  JsonObject *arguments,
                  guint deadline_ms,
                  GCancellable *cancellable,
                  GError **error)
{
    Call call = {self, command, arguments, deadline_ms, cancellable};
    g_autoptr(GAsyncResult) result = firn_await(start_call, &call);

    return firn_channel_call_finish(self, result, error);
}

typedef struct {
    FirnChannel *channel;  /* (unowned) */
    const char *command;   /* (unowned) */
    JsonObject *arguments; /* (unowned) */
    int file;
    guint deadline_ms;
} Passing;

static void
start_passing(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Passing *passing = user_data;

    FIRN_CHANNEL_GET_IFACE(passing->channel)
        ->pass_file_async(passing->channel,
                          passing->command,
                          passing->arguments,
                          passing->file,
                          passing->deadline_ms,
                          callback,
                          callback_data);
}

static JsonNode *
pass(Passing *passing, GError **error)
{
    g_autoptr(GAsyncResult) result = firn_await(start_passing, passing);

    return firn_channel_call_finish(passing->channel, result, error);
}

gboolean
firn_channel_pass_file(FirnChannel *self,
                       const char *name,
                       int file,
                       guint deadline_ms,
                       GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    Passing passing = {self, "getfd", arguments, file, deadline_ms};
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "fdname", name);
    reply = pass(&passing, error);
    return reply != NULL;
}

gboolean
firn_channel_add_file(FirnChannel *self,
                      int file,
                      guint deadline_ms,
                      gint64 *out_set,
                      GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    Passing passing = {self, "add-fd", arguments, file, deadline_ms};
    g_autoptr(JsonNode) reply = pass(&passing, error);
    gint64 set;

    if (reply == NULL)
        return FALSE;
    set = JSON_NODE_HOLDS_OBJECT(reply)
              ? firn_json_read_int(json_node_get_object(reply), "fdset-id", -1)
              : -1;
    if (set < 0) {
        g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "add-fd: no fdset-id");
        return FALSE;
    }
    *out_set = set;
    return TRUE;
}

void
firn_channel_emit_event(FirnChannel *self, const char *name, JsonObject *data)
{
    g_signal_emit(self, signals[SIGNAL_EVENT], 0, name, data);
}

void
firn_channel_emit_closed(FirnChannel *self)
{
    g_signal_emit(self, signals[SIGNAL_CLOSED], 0);
}
