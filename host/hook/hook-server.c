/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook-decision.h"
#include "host-error.h"
#include "line-socket.h"
#include "power.h"

#define CONNECTIONS_MAX 64
#define QUEUE_MAX       128 /* a host that boots starts all its domains at once */
#define DEADLINE_S      2   /* the same as in the hook itself */
#define CHUNK_BYTES     16384
#define OK              "ok\n"

struct _FirnHookServer {
    GObject parent_instance;
    FirnJobs *jobs;            /* (unowned) outlives the server */
    FirnCatalogueStore *store; /* (owned) */
    GHashTable *vms;           /* (owned) (element-type utf8 FirnVm) UUID -> VM */
    GSocketService *service;   /* (owned) (nullable) while it listens */
    char *path;                /* (owned) (nullable) of its socket */
    gint64 last_heard_us;
    guint n_connections;
};

G_DEFINE_FINAL_TYPE(FirnHookServer, firn_hook_server, G_TYPE_OBJECT)

/* One request that is being answered. */
typedef struct {
    FirnHookServer *server;        /* (owned) */
    GSocketConnection *connection; /* (owned) */
    GCancellable *deadline;        /* (owned) */
    guint timeout;                 /* source id; 0: ended */
    GByteArray *text;              /* (owned) received so far */
    char *answer;                  /* (owned) (nullable) */
    guint8 chunk[CHUNK_BYTES];
} Question;

static void read_on(Question *question);

static void
end(Question *question)
{
    question->server->n_connections--;
    g_clear_handle_id(&question->timeout, g_source_remove);
    g_io_stream_close(G_IO_STREAM(question->connection), NULL, NULL);
    g_object_unref(question->connection);
    g_object_unref(question->deadline);
    g_byte_array_unref(question->text);
    g_free(question->answer);
    g_object_unref(question->server);
    g_free(question);
}

static gboolean
on_too_long(gpointer user_data)
{
    Question *question = user_data;

    question->timeout = 0;
    g_cancellable_cancel(question->deadline);
    return G_SOURCE_REMOVE;
}

static char *
decide(FirnHookServer *self, const FirnHookRequest *request)
{
    const char *uuid = request->domain->uuid;
    FirnVm *vm = g_hash_table_lookup(self->vms, uuid);
    FirnJob *job = vm == NULL ? NULL : firn_jobs_find(self->jobs, firn_vm_get_job(vm));
    FirnHookKnowledge knowledge = {0};

    /* For a VM that is not on this host, only its arrival can be refused. */
    if (vm == NULL && request->operation != FIRN_HOOK_OPERATION_MIGRATE)
        return NULL;
    knowledge.catalogue =
        vm != NULL ? firn_vm_get_catalogue(vm) : firn_catalogue_store_get(self->store, uuid, NULL);
    /* A start by firn's own job is permitted. */
    if (job != NULL && firn_job_works_on_disks(job) && !firn_power_is_starting(vm)) {
        knowledge.job = firn_job_get_id(job);
        knowledge.job_operation = firn_job_get_operation(job);
    }
    return firn_hook_decide(request, &knowledge);
}

/* An invalid request must not keep a domain from starting. */
static char *
answer(FirnHookServer *self, const GByteArray *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnHookRequest) request =
        firn_hook_request_parse((const char *)text->data, text->len, &error);
    g_autofree char *reason = NULL;

    if (request == NULL) {
        g_info("libvirt's hook: %s", error->message);
        return g_strdup(OK);
    }
    self->last_heard_us = g_get_real_time();
    reason = decide(self, request);
    if (reason == NULL)
        return g_strdup(OK);
    g_message("refused a request of libvirt's hook: %s", reason);
    return g_strdup_printf("no: %s\n", reason);
}

static void
on_written(GObject *stream, GAsyncResult *result, gpointer user_data)
{
    g_output_stream_write_all_finish(G_OUTPUT_STREAM(stream), result, NULL, NULL);
    end(user_data);
}

static void
on_read(GObject *stream, GAsyncResult *result, gpointer user_data)
{
    Question *question = user_data;
    gssize n = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, NULL);

    if (n < 0 || question->text->len + (gsize)n > FIRN_HOOK_REQUEST_BYTES_MAX) {
        end(question);
        return;
    }
    if (n > 0) {
        g_byte_array_append(question->text, question->chunk, (guint)n);
        read_on(question);
        return;
    }
    question->answer = answer(question->server, question->text);
    g_output_stream_write_all_async(
        g_io_stream_get_output_stream(G_IO_STREAM(question->connection)),
        question->answer,
        strlen(question->answer),
        G_PRIORITY_DEFAULT,
        question->deadline,
        on_written,
        question);
}

static void
read_on(Question *question)
{
    g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(question->connection)),
                              question->chunk,
                              sizeof question->chunk,
                              G_PRIORITY_DEFAULT,
                              question->deadline,
                              on_read,
                              question);
}

/* The socket's mode permits the same users; a user who could change it could do more harm
 * anyway. */
static gboolean
is_trusted(GSocketConnection *connection)
{
    g_autoptr(GCredentials) peer =
        g_socket_get_credentials(g_socket_connection_get_socket(connection), NULL);
    uid_t uid = peer == NULL ? (uid_t)-1 : g_credentials_get_unix_user(peer, NULL);

    return uid == 0 || uid == geteuid();
}

static gboolean
on_incoming(GSocketService *service,
            GSocketConnection *connection,
            GObject *source_object,
            gpointer user_data)
{
    FirnHookServer *self = user_data;
    Question *question;

    if (self->n_connections >= CONNECTIONS_MAX || !is_trusted(connection))
        return TRUE;
    self->n_connections++;
    question = g_new0(Question, 1);
    question->server = g_object_ref(self);
    question->connection = g_object_ref(connection);
    question->deadline = g_cancellable_new();
    question->timeout = g_timeout_add_seconds(DEADLINE_S, on_too_long, question);
    question->text = g_byte_array_new();
    read_on(question);
    return TRUE;
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnHookServer *self = user_data;

    g_hash_table_insert(self->vms, g_strdup(firn_vm_get_uuid(vm)), g_object_ref(vm));
}

static void
on_vm_removed(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnHookServer *self = user_data;

    g_hash_table_remove(self->vms, firn_vm_get_uuid(vm));
}

static void
firn_hook_server_dispose(GObject *object)
{
    FirnHookServer *self = FIRN_HOOK_SERVER(object);

    if (self->service != NULL) {
        g_socket_service_stop(self->service);
        g_socket_listener_close(G_SOCKET_LISTENER(self->service));
        g_unlink(self->path);
    }
    g_clear_object(&self->service);
    g_hash_table_remove_all(self->vms);
    G_OBJECT_CLASS(firn_hook_server_parent_class)->dispose(object);
}

static void
firn_hook_server_finalize(GObject *object)
{
    FirnHookServer *self = FIRN_HOOK_SERVER(object);

    firn_catalogue_store_unref(self->store);
    g_hash_table_unref(self->vms);
    g_free(self->path);
    G_OBJECT_CLASS(firn_hook_server_parent_class)->finalize(object);
}

static void
firn_hook_server_class_init(FirnHookServerClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_hook_server_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_hook_server_finalize;
}

static void
firn_hook_server_init(FirnHookServer *self)
{
    self->vms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
}

FirnHookServer *
firn_hook_server_new(const FirnHookServerSetup *setup)
{
    FirnHookServer *self = g_object_new(FIRN_TYPE_HOOK_SERVER, NULL);

    self->jobs = setup->jobs;
    self->store = firn_catalogue_store_ref(setup->store);
    g_signal_connect_object(setup->source, "vm-added", G_CALLBACK(on_vm_added), self, 0);
    g_signal_connect_object(setup->source, "vm-removed", G_CALLBACK(on_vm_removed), self, 0);
    return self;
}

gboolean
firn_hook_server_listen(FirnHookServer *self, const char *path, GError **error)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocketService) service = g_socket_service_new();

    /* A stale socket is removed; the socket of a running firnd is not. */
    if (!firn_line_socket_is_stale(path)) {
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_BUSY,
                                   "another firnd uses this socket; stop it, or give "
                                   "--runtime-dir");
    }
    g_unlink(path);
    g_socket_listener_set_backlog(G_SOCKET_LISTENER(service), QUEUE_MAX);
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service),
                                       address,
                                       G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_DEFAULT,
                                       NULL,
                                       NULL,
                                       error))
        return FALSE;
    g_chmod(path, 0600);
    g_signal_connect_object(service, "incoming", G_CALLBACK(on_incoming), self, 0);
    g_socket_service_start(service);
    self->path = g_strdup(path);
    self->service = g_steal_pointer(&service);
    return TRUE;
}

gint64
firn_hook_server_get_last_heard_us(FirnHookServer *self)
{
    return self->last_heard_us;
}
