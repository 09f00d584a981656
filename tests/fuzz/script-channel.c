/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "script-channel.h"

#include "fuzz.h"
#include "json-read.h"
#include "loop-thread.h"
#include "qmp-error.h"
#include "qmp-message.h"

struct _FirnScriptChannel {
    GObject parent_instance;
    GPtrArray *lines; /* (owned) (element-type GString) */
    guint next;
    const FirnJsonLimits *limits; /* (unowned) */
    char *id;                     /* (owned) (nullable) */
};

static void firn_script_channel_channel_init(FirnChannelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnScriptChannel,
                              firn_script_channel,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_CHANNEL,
                                                    firn_script_channel_channel_init))

static void
firn_script_channel_finalize(GObject *object)
{
    FirnScriptChannel *self = FIRN_SCRIPT_CHANNEL(object);

    g_clear_pointer(&self->lines, g_ptr_array_unref);
    g_free(self->id);
    G_OBJECT_CLASS(firn_script_channel_parent_class)->finalize(object);
}

static void
firn_script_channel_class_init(FirnScriptChannelClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_script_channel_finalize;
}

static void
firn_script_channel_init(FirnScriptChannel *self)
{
}

/* Reads the next line as a message; NULL with @error set if it is not one, or there is none. */
static FirnQmpMessage *
read_line(FirnScriptChannel *self, GError **error)
{
    g_autoptr(GString) text = NULL;
    g_autoptr(GBytes) line = NULL;
    const GString *raw;

    if (self->next == self->lines->len) {
        g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "no more lines");
        return NULL;
    }
    raw = self->lines->pdata[self->next++];
    text = g_string_new_len(raw->str, (gssize)raw->len);
    if (self->id != NULL)
        g_string_replace(text, "$id", self->id, 0);
    line = g_bytes_new(text->str, text->len);
    return firn_qmp_message_parse(line, self->limits, error);
}

static void
emit_event(FirnScriptChannel *self, const FirnQmpMessage *message)
{
    firn_channel_emit_event(FIRN_CHANNEL(self),
                            message->name,
                            message->value == NULL ? NULL : json_node_get_object(message->value));
}

/* Emits the events before the next reply, and then "closed": a wait for an event that never comes
 * would not end otherwise. */
static void
pump(FirnScriptChannel *self)
{
    while (self->next < self->lines->len) {
        g_autoptr(FirnQmpMessage) message = read_line(self, NULL);

        if (message == NULL || message->kind != FIRN_QMP_MESSAGE_EVENT) {
            self->next--;
            break;
        }
        emit_event(self, message);
    }
    firn_channel_emit_closed(FIRN_CHANNEL(self));
}

static void
note_id(FirnScriptChannel *self, JsonObject *arguments)
{
    const char *id = firn_json_read_string(arguments, "job-id");

    id = id == NULL ? firn_json_read_string(arguments, "id") : id;
    if (id == NULL)
        return;
    g_free(self->id);
    self->id = g_strdup(id);
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
    FirnScriptChannel *self = FIRN_SCRIPT_CHANNEL(channel);
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    g_autoptr(FirnQmpMessage) message = NULL;
    GError *error = NULL;

    note_id(self, arguments);
    message = read_line(self, &error);
    if (message == NULL)
        g_task_return_error(task, error);
    else if (message->kind == FIRN_QMP_MESSAGE_ERROR)
        g_task_return_error(task, firn_qmp_message_to_error(message, command));
    else if (message->kind == FIRN_QMP_MESSAGE_RETURN)
        g_task_return_pointer(task,
                              g_steal_pointer(&message->value),
                              (GDestroyNotify)json_node_unref);
    else
        g_task_return_new_error(task, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "not a reply");
    pump(self);
}

static void
firn_script_channel_channel_init(FirnChannelInterface *iface)
{
    iface->call_async = call_async;
}

FirnChannel *
firn_script_channel_new(const guint8 *bytes, gsize length, const FirnJsonLimits *limits)
{
    static FirnTestLoopThread *loop = NULL; /* (owned) for as long as the program runs */
    FirnScriptChannel *self = g_object_new(FIRN_TYPE_SCRIPT_CHANNEL, NULL);

    if (loop == NULL)
        loop = firn_test_loop_thread_start();
    self->lines = firn_fuzz_split(bytes, length);
    self->limits = limits;
    return FIRN_CHANNEL(self);
}

void
firn_script_channel_rewind(FirnChannel *channel)
{
    FIRN_SCRIPT_CHANNEL(channel)->next = 0;
}
