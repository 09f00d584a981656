/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-channel.h"

#include <fcntl.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

#include "libvirt-change.h"
#include "pending-call.h"
#include "qmp-error.h"
#include "qmp-message.h"

struct _FirnLibvirtChannel {
    GObject parent_instance;
    FirnLibvirtConnection *link; /* (owned) */
    char *uuid;                  /* (owned) */
    FirnLibvirtPeer peer;
    FirnSendOrder *order; /* (owned) */
    gboolean is_closed;   /* main loop only */
    GPtrArray *waiting;   /* (owned) (element-type FirnPendingCall) main loop only */
};

static void firn_libvirt_channel_channel_init(FirnChannelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnLibvirtChannel,
                              firn_libvirt_channel,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_CHANNEL,
                                                    firn_libvirt_channel_channel_init))

/* One command that a thread sends. */
typedef struct {
    FirnLibvirtChannel *channel; /* (owned) */
    FirnPendingCall *call;       /* (unowned) (nullable) main loop only; %NULL: the caller no longer
                                  * waits */
    FirnSendPermit *permit;      /* (owned) */
    char *command;               /* (owned) */
    char *message;               /* (owned) JSON text */
    int file;                    /* (owned) passed with the command; -1: none */
    gint64 end_us;               /* monotonic */
    char *answer;                /* (owned) (nullable) JSON text */
    GError *error;               /* (owned) (nullable) */
} Request;

static void
free_request(gpointer data)
{
    Request *request = data;

    g_object_unref(request->channel);
    firn_send_permit_free(request->permit);
    g_free(request->command);
    g_free(request->message);
    if (request->file >= 0)
        close(request->file);
    g_free(request->answer);
    g_clear_error(&request->error);
    g_free(request);
}

static int
seconds_left(const Request *request)
{
    gint64 left_us = request->end_us - g_get_monotonic_time();

    return (int)CLAMP((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, 1, G_MAXINT);
}

/* The domain was busy with another client's job or query, which passes. */
static gboolean
is_busy(void)
{
    return virGetLastErrorCode() == VIR_ERR_OPERATION_TIMEOUT;
}

static FirnQmpError
error_code(void)
{
    switch (virGetLastErrorCode()) {
    case VIR_ERR_NO_DOMAIN:
    case VIR_ERR_OPERATION_INVALID:
    case VIR_ERR_RPC:
    case VIR_ERR_SYSTEM_ERROR:
    case VIR_ERR_INVALID_CONN:
    case VIR_ERR_AGENT_UNRESPONSIVE:
    case VIR_ERR_AGENT_UNSYNCED:
        return FIRN_QMP_ERROR_CLOSED;
    case VIR_ERR_OPERATION_TIMEOUT:
        return FIRN_QMP_ERROR_DEADLINE;
    case VIR_ERR_ARGUMENT_UNSUPPORTED:
        return FIRN_QMP_ERROR_NO_PEER;
    default:
        /* libvirt has no error code for an agent that refuses the command because it is frozen or
         * has been configured to; QEMU's guest agent answers with these words. */
        return strstr(virGetLastErrorMessage(), "has been disabled") != NULL
                   ? FIRN_QMP_ERROR_BLOCKED
                   : FIRN_QMP_ERROR_REFUSED;
    }
}

static char *
count_to_answer(int count)
{
    return count < 0 ? NULL : g_strdup_printf("{\"return\": %d}", count);
}

/* Returns libvirt's result in the form of QEMU's or the agent's reply; NULL if libvirt reports an
 * error, or the caller no longer waits. */
static char *
ask(const Request *request, virDomainPtr domain)
{
    if (request->channel->peer == FIRN_LIBVIRT_PEER_MONITOR)
        return firn_libvirt_change_by_monitor(request->permit,
                                              domain,
                                              request->message,
                                              request->file);
    if (g_str_equal(request->command, "guest-fsfreeze-freeze"))
        return count_to_answer(firn_libvirt_change_freeze(request->permit, domain));
    if (g_str_equal(request->command, "guest-fsfreeze-thaw"))
        return count_to_answer(firn_libvirt_change_thaw(request->permit, domain));
    return firn_libvirt_change_by_agent(request->permit,
                                        domain,
                                        request->message,
                                        seconds_left(request));
}

static void
note_failure(Request *request)
{
    if (virGetLastErrorCode() == VIR_ERR_OK)
        request->error = g_error_new(FIRN_QMP_ERROR,
                                     FIRN_QMP_ERROR_DEADLINE,
                                     "%s: was not sent: the time limit was over",
                                     request->command);
    else
        request->error =
            g_error_new(FIRN_QMP_ERROR, error_code(), "libvirt: %s", virGetLastErrorMessage());
}

/* Each try waits as long as libvirt itself waits for the domain. */
static void
try_until_deadline(Request *request, virDomainPtr domain)
{
    do
        request->answer = ask(request, domain);
    while (request->answer == NULL && is_busy() && firn_send_permit_is_good(request->permit));
    if (request->answer == NULL)
        note_failure(request);
}

static void
end_call(Request *request)
{
    g_autoptr(GBytes) line = g_bytes_new(request->answer, strlen(request->answer));
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnQmpMessage) message = firn_qmp_message_parse(
        line,
        request->channel->peer == FIRN_LIBVIRT_PEER_AGENT ? &FIRN_JSON_LIMITS_AGENT
                                                          : &FIRN_JSON_LIMITS_MONITOR,
        &error);

    if (message == NULL)
        firn_pending_call_fail(request->call, g_steal_pointer(&error));
    else if (message->kind == FIRN_QMP_MESSAGE_RETURN)
        firn_pending_call_return(request->call, g_steal_pointer(&message->value));
    else
        firn_pending_call_fail(request->call, firn_qmp_message_to_error(message, request->command));
}

static gboolean
on_back(gpointer data)
{
    Request *request = data;
    FirnLibvirtChannel *self = request->channel;

    if (request->call == NULL)
        return G_SOURCE_REMOVE;
    g_ptr_array_remove_fast(self->waiting, request);
    if (request->error != NULL)
        firn_pending_call_fail(request->call, g_steal_pointer(&request->error));
    else
        end_call(request);
    return G_SOURCE_REMOVE;
}

/* Runs in a thread of its own, so that a freeze that hangs in libvirt does not block a thaw. */
static gpointer
run_request(gpointer data)
{
    Request *request = data;
    g_autoptr(GSource) way_home = g_idle_source_new();
    g_autoptr(FirnLibvirtLoan) loan =
        firn_libvirt_connection_acquire(request->channel->link, &request->error);
    g_autoptr(virDomain) domain =
        loan == NULL ? NULL
                     : firn_libvirt_loan_dup_domain(loan, request->channel->uuid, &request->error);

    if (domain != NULL) {
        try_until_deadline(request, domain);
    } else {
        g_autofree char *text = g_strdup(request->error->message);

        g_clear_error(&request->error);
        request->error = g_error_new_literal(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, text);
    }
    /* Not g_main_context_invoke(): if no loop runs, it would call on_back() in this thread. */
    g_source_set_priority(way_home, G_PRIORITY_DEFAULT);
    g_source_set_callback(way_home, on_back, request, free_request);
    g_source_attach(way_home, NULL);
    return NULL;
}

/* Its thread may not have sent the command yet: without the permit it never will. */
static void
stop_waiting(Request *request)
{
    request->call = NULL;
    firn_send_permit_withdraw(request->permit);
}

static void
on_give_up(FirnPendingCall *call, GError *reason, gpointer channel)
{
    FirnLibvirtChannel *self = channel;

    for (guint i = 0; i < self->waiting->len; i++) {
        Request *request = self->waiting->pdata[i];

        if (request->call != call)
            continue;
        stop_waiting(request);
        g_ptr_array_remove_index_fast(self->waiting, i);
        break;
    }
    firn_pending_call_fail(call, reason);
}

/* A query, or a command that ends a freeze or a pause, is harmless even if it arrives late. */
static gboolean
is_feared(const char *command)
{
    static const char *const harmless[] = {"query-",
                                           "qom-get",
                                           "qom-list",
                                           "cont",
                                           "guest-get-",
                                           "guest-ping",
                                           "guest-info",
                                           "guest-fsfreeze-status",
                                           "guest-fsfreeze-thaw"};

    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
        if (g_str_has_prefix(command, harmless[i]))
            return FALSE;
    return TRUE;
}

static Request *
new_request(FirnLibvirtChannel *self, const char *command, JsonObject *arguments, guint deadline_ms)
{
    g_autoptr(GBytes) message = firn_qmp_message_build(command, arguments, 0);
    Request *request = g_new0(Request, 1);

    request->channel = g_object_ref(self);
    request->command = g_strdup(command);
    request->message = g_strndup(g_bytes_get_data(message, NULL), g_bytes_get_size(message));
    request->end_us = g_get_monotonic_time() + (gint64)deadline_ms * 1000;
    request->permit = firn_send_permit_new(self->order, is_feared(command), request->end_us);
    request->file = -1;
    return request;
}

/* Sends the command in a thread of its own. */
static void
send_off(FirnLibvirtChannel *self, Request *request, GTask *task, guint deadline_ms)
{
    g_autoptr(GThread) thread = NULL;
    GError *error = NULL;

    thread = g_thread_try_new("libvirt-call", run_request, request, &error);
    if (thread == NULL) {
        free_request(request);
        g_task_return_error(task, error);
        return;
    }
    /* Set before the thread can finish: its result is handled on this main loop. */
    request->call =
        firn_pending_call_new(g_object_ref(task), request->command, deadline_ms, on_give_up);
    g_ptr_array_add(self->waiting, request);
}

static gboolean
check_open(FirnLibvirtChannel *self, GTask *task, const char *command)
{
    g_task_set_check_cancellable(task, FALSE);
    if (self->is_closed)
        g_task_return_new_error(task, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "%s: closed", command);
    return !self->is_closed;
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
    FirnLibvirtChannel *self = FIRN_LIBVIRT_CHANNEL(channel);
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

    if (check_open(self, task, command))
        send_off(self, new_request(self, command, arguments, deadline_ms), task, deadline_ms);
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
    FirnLibvirtChannel *self = FIRN_LIBVIRT_CHANNEL(channel);
    g_autoptr(GTask) task = g_task_new(self, NULL, callback, user_data);
    Request *request;

    if (!check_open(self, task, command))
        return;
    request = new_request(self, command, arguments, deadline_ms);
    request->file = fcntl(file, F_DUPFD_CLOEXEC, 3);
    send_off(self, request, task, deadline_ms);
}

static void
close_channel(FirnChannel *channel)
{
    g_autoptr(FirnLibvirtChannel) self = g_object_ref(FIRN_LIBVIRT_CHANNEL(channel));

    if (self->is_closed)
        return;
    self->is_closed = TRUE;
    firn_channel_emit_closed(channel);
    while (self->waiting->len > 0) {
        Request *request = g_ptr_array_steal_index_fast(self->waiting, 0);
        FirnPendingCall *call = request->call;

        stop_waiting(request);
        firn_pending_call_fail(
            call,
            g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "%s: closed", request->command));
    }
}

static void
firn_libvirt_channel_channel_init(FirnChannelInterface *iface)
{
    iface->call_async = call_async;
    iface->close = close_channel;
    iface->pass_file_async = pass_file_async;
}

static void
on_monitor_event(FirnLibvirtConnection *link,
                 const char *uuid,
                 const char *name,
                 JsonObject *data,
                 gpointer user_data)
{
    FirnLibvirtChannel *self = user_data;

    if (!self->is_closed && g_str_equal(uuid, self->uuid))
        firn_channel_emit_event(user_data, name, data);
}

static void
firn_libvirt_channel_finalize(GObject *object)
{
    FirnLibvirtChannel *self = FIRN_LIBVIRT_CHANNEL(object);

    g_object_unref(self->link);
    g_ptr_array_unref(self->waiting);
    firn_send_order_unref(self->order);
    g_free(self->uuid);
    G_OBJECT_CLASS(firn_libvirt_channel_parent_class)->finalize(object);
}

static void
firn_libvirt_channel_class_init(FirnLibvirtChannelClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_libvirt_channel_finalize;
}

static void
firn_libvirt_channel_init(FirnLibvirtChannel *self)
{
    self->waiting = g_ptr_array_new();
}

FirnLibvirtChannel *
firn_libvirt_channel_new(FirnLibvirtConnection *link,
                         const char *uuid,
                         FirnLibvirtPeer peer,
                         FirnSendOrder *order)
{
    FirnLibvirtChannel *self = g_object_new(FIRN_TYPE_LIBVIRT_CHANNEL, NULL);

    self->link = g_object_ref(link);
    self->uuid = g_strdup(uuid);
    self->peer = peer;
    self->order = firn_send_order_ref(order);
    if (peer == FIRN_LIBVIRT_PEER_MONITOR)
        g_signal_connect_object(link, "monitor-event", G_CALLBACK(on_monitor_event), self, 0);
    return self;
}
