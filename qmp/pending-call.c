/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pending-call.h"

#include "qmp-error.h"

struct _FirnPendingCall {
    GTask *task;   /* (owned) */
    char *command; /* (owned) */
    guint deadline_ms;
    FirnGiveUpFunc give_up;
    guint64 begin;     /* of its line: offset in what the socket has sent */
    gsize length;      /* of its line; 0: none was sent */
    GSource *deadline; /* (owned) */
    GSource *cancel;   /* (owned) (nullable) */
};

static gboolean
on_deadline(gpointer user_data)
{
    FirnPendingCall *self = user_data;

    self->give_up(self,
                  g_error_new(FIRN_QMP_ERROR,
                              FIRN_QMP_ERROR_DEADLINE,
                              "%s: no reply within %u ms",
                              self->command,
                              self->deadline_ms),
                  g_task_get_source_object(self->task));
    return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled(GCancellable *cancellable, gpointer user_data)
{
    FirnPendingCall *self = user_data;

    self->give_up(self,
                  g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: cancelled", self->command),
                  g_task_get_source_object(self->task));
    return G_SOURCE_REMOVE;
}

FirnPendingCall *
firn_pending_call_new(GTask *task, const char *command, guint deadline_ms, FirnGiveUpFunc give_up)
{
    FirnPendingCall *self = g_new0(FirnPendingCall, 1);

    self->task = task;
    self->command = g_strdup(command);
    self->deadline_ms = deadline_ms;
    self->give_up = give_up;
    self->deadline = g_timeout_source_new(deadline_ms);
    g_source_set_callback(self->deadline, on_deadline, self, NULL);
    g_source_attach(self->deadline, NULL);
    if (g_task_get_cancellable(task) != NULL) {
        self->cancel = g_cancellable_source_new(g_task_get_cancellable(task));
        g_source_set_callback(self->cancel, G_SOURCE_FUNC(on_cancelled), self, NULL);
        g_source_attach(self->cancel, NULL);
    }
    return self;
}

const char *
firn_pending_call_get_command(FirnPendingCall *self)
{
    return self->command;
}

void
firn_pending_call_send(FirnPendingCall *self, FirnLineSocket *socket, GBytes *message)
{
    self->length = g_bytes_get_size(message);
    self->begin = firn_line_socket_send(socket, message);
}

gboolean
firn_pending_call_take_back(FirnPendingCall *self, FirnLineSocket *socket)
{
    return self->length == 0 || firn_line_socket_take_back(socket, self->begin, self->length);
}

static GTask *
end_waiting(FirnPendingCall *self)
{
    GTask *task = self->task;

    g_source_destroy(self->deadline);
    g_source_unref(self->deadline);
    if (self->cancel != NULL)
        g_source_destroy(self->cancel);
    g_clear_pointer(&self->cancel, g_source_unref);
    g_free(self->command);
    g_free(self);
    return task;
}

void
firn_pending_call_return(FirnPendingCall *self, JsonNode *value)
{
    g_autoptr(GTask) task = end_waiting(self);

    g_task_return_pointer(task, value, (GDestroyNotify)json_node_unref);
}

void
firn_pending_call_fail(FirnPendingCall *self, GError *error)
{
    g_autoptr(GTask) task = end_waiting(self);

    g_task_return_error(task, error);
}
