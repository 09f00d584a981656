/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-connection.h"

#include <json-glib/json-glib.h>
#include <libvirt-glib/libvirt-glib.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "host-error.h"
#include "json-guard.h"
#include "libvirt-version.h"

/* A libvirtd that is silent for longer is considered gone. */
#define KEEPALIVE_S     5
#define KEEPALIVE_COUNT 3
#define RETRY_MS        1000
#define RETRY_MAX_MS    10000
#define IDLE_MAX        4
/* Limit for threads that wait for a connection: if libvirtd accepts none, each retry of a thaw
 * would add another. */
#define OPENING_MAX 16

struct _FirnLibvirtConnection {
    GObject parent_instance;
    char *uri; /* (owned) */
    GMutex mutex;
    virConnectPtr connection; /* (owned) (nullable) for events; guarded by mutex, like all below */
    GPtrArray *idle;          /* (owned) (element-type virConnect) for calls */
    guint run;                /* counts connections of the link */
    guint n_opening;          /* threads that open a connection */
    char *detail;   /* (owned) (nullable) versions, or why there is no connection; guarded too */
    guint retry_ms; /* main loop only, like all below */
    guint retry;    /* source id; 0: none */
    gboolean is_opening;
    gboolean is_stopped;
    gboolean has_complained;
};

enum {
    SIGNAL_OPENED,
    SIGNAL_FAILED,
    SIGNAL_CLOSED,
    SIGNAL_DOMAIN_CHANGED,
    SIGNAL_DEVICES_CHANGED,
    SIGNAL_MONITOR_EVENT,
    SIGNAL_AGENT_CHANGED,
    N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnLibvirtConnection, firn_libvirt_connection, G_TYPE_OBJECT)

static void open_connection(FirnLibvirtConnection *self);

/* libvirt prints every error by default; firn handles each where it occurs. */
static void
say_nothing(void *data, virErrorPtr error)
{
}

static void
firn_libvirt_connection_finalize(GObject *object)
{
    FirnLibvirtConnection *self = FIRN_LIBVIRT_CONNECTION(object);

    g_free(self->uri);
    g_free(self->detail);
    g_ptr_array_unref(self->idle);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(firn_libvirt_connection_parent_class)->finalize(object);
}

static guint
new_signal(const char *name, guint n_params, ...)
{
    va_list types;
    guint id;

    va_start(types, n_params);
    id = g_signal_new_valist(name,
                             FIRN_TYPE_LIBVIRT_CONNECTION,
                             G_SIGNAL_RUN_LAST,
                             NULL,
                             NULL,
                             NULL,
                             NULL,
                             G_TYPE_NONE,
                             n_params,
                             types);
    va_end(types);
    return id;
}

static void
firn_libvirt_connection_class_init(FirnLibvirtConnectionClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_libvirt_connection_finalize;
    signals[SIGNAL_OPENED] = new_signal("opened", 0);
    signals[SIGNAL_FAILED] = new_signal("failed", 0);
    signals[SIGNAL_CLOSED] = new_signal("closed", 0);
    signals[SIGNAL_DOMAIN_CHANGED] =
        new_signal("domain-changed", 3, G_TYPE_STRING, G_TYPE_INT, G_TYPE_INT);
    signals[SIGNAL_DEVICES_CHANGED] = new_signal("devices-changed", 1, G_TYPE_STRING);
    signals[SIGNAL_MONITOR_EVENT] =
        new_signal("monitor-event", 3, G_TYPE_STRING, G_TYPE_STRING, JSON_TYPE_OBJECT);
    signals[SIGNAL_AGENT_CHANGED] = new_signal("agent-changed", 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
    virSetErrorFunc(NULL, say_nothing);
}

static void
firn_libvirt_connection_init(FirnLibvirtConnection *self)
{
    g_mutex_init(&self->mutex);
    self->idle = g_ptr_array_new();
    self->retry_ms = RETRY_MS;
}

FirnLibvirtConnection *
firn_libvirt_connection_new(const char *uri)
{
    FirnLibvirtConnection *self = g_object_new(FIRN_TYPE_LIBVIRT_CONNECTION, NULL);

    self->uri = g_strdup(uri);
    return self;
}

const char *
firn_libvirt_connection_get_uri(FirnLibvirtConnection *self)
{
    return self->uri;
}

/* libvirt's events, on the main loop. */

static int
on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail, void *data)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) == 0)
        g_signal_emit(data, signals[SIGNAL_DOMAIN_CHANGED], 0, uuid, event, detail);
    return 0;
}

static void
on_device(virConnectPtr connection, virDomainPtr domain, const char *alias, void *data)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) == 0)
        g_signal_emit(data, signals[SIGNAL_DEVICES_CHANGED], 0, uuid);
}

static void
on_agent(virConnectPtr connection, virDomainPtr domain, int state, int reason, void *data)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) == 0)
        g_signal_emit(data,
                      signals[SIGNAL_AGENT_CHANGED],
                      0,
                      uuid,
                      state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED);
}

static void
on_monitor_event(virConnectPtr connection,
                 virDomainPtr domain,
                 const char *name,
                 long long seconds,
                 unsigned int micros,
                 const char *details,
                 void *data)
{
    g_autoptr(JsonNode) node =
        details == NULL
            ? NULL
            : firn_json_guard_parse(details, strlen(details), &FIRN_JSON_LIMITS_MONITOR, NULL);
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virDomainGetUUIDString(domain, uuid) != 0)
        return;
    g_signal_emit(data,
                  signals[SIGNAL_MONITOR_EVENT],
                  0,
                  uuid,
                  name,
                  node == NULL ? NULL : json_node_get_object(node));
}

static void
set_detail(FirnLibvirtConnection *self, const char *detail)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    g_free(self->detail);
    self->detail = g_strdup(detail);
}

/* Reads the versions once, in a thread: later requests must not ask libvirt. */
static void
note_versions(FirnLibvirtConnection *self, virConnectPtr connection)
{
    g_autofree char *detail = firn_libvirt_version_describe(connection);

    set_detail(self, detail);
}

static gpointer
close_connection(gpointer connection)
{
    virConnectClose(connection);
    return NULL;
}

/* Closing a connection also calls libvirtd, so a thread does it. If no thread can be started, the
 * connection stays open: a leak is better than a blocked main loop. */
static void
close_elsewhere(virConnectPtr connection)
{
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_try_new("libvirt-close", close_connection, connection, &error);

    if (thread == NULL)
        g_warning("a connection to libvirt stays open: %s; allow firnd more threads (TasksMax=)",
                  error->message);
    else
        g_thread_unref(thread);
}

static gboolean
on_retry(gpointer user_data)
{
    FirnLibvirtConnection *self = user_data;

    self->retry = 0;
    open_connection(self);
    return G_SOURCE_REMOVE;
}

static void
retry_later(FirnLibvirtConnection *self)
{
    if (self->is_stopped || self->retry != 0)
        return;
    self->retry = g_timeout_add(self->retry_ms, on_retry, self);
    self->retry_ms = MIN(2 * self->retry_ms, RETRY_MAX_MS);
}

/* Removes the connection if it is still the current one. */
static virConnectPtr
steal_connection(FirnLibvirtConnection *self, virConnectPtr expected)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->connection == expected ? g_steal_pointer(&self->connection) : NULL;
}

/* Connections in use are closed when they are returned. */
static void
close_idle(FirnLibvirtConnection *self)
{
    g_autoptr(GPtrArray) idle = NULL;

    g_mutex_lock(&self->mutex);
    self->run++;
    idle = g_steal_pointer(&self->idle);
    self->idle = g_ptr_array_new();
    g_mutex_unlock(&self->mutex);
    for (guint i = 0; i < idle->len; i++)
        close_elsewhere(idle->pdata[i]);
}

/* Called by the function that removed the connection. */
static void
tell_closed(FirnLibvirtConnection *self, virConnectPtr old)
{
    close_idle(self);
    close_elsewhere(old);
    g_signal_emit(self, signals[SIGNAL_CLOSED], 0);
}

static void
lose(FirnLibvirtConnection *self, virConnectPtr connection)
{
    virConnectPtr old = steal_connection(self, connection);

    if (old == NULL)
        return;
    g_message("%s: lost the connection", self->uri);
    set_detail(self, "lost the connection");
    tell_closed(self, old);
    retry_later(self);
}

typedef struct {
    FirnLibvirtConnection *link; /* (owned) */
    virConnectPtr connection;    /* (owned) so that its address is not reused */
} End;

static void
free_end(gpointer data)
{
    End *end = data;

    close_elsewhere(end->connection);
    g_object_unref(end->link);
    g_free(end);
}

static gboolean
on_end(gpointer data)
{
    End *end = data;

    lose(end->link, end->connection);
    return G_SOURCE_REMOVE;
}

/* libvirt may call this in any thread, for instance in one that waits for a reply. */
static void
on_closed(virConnectPtr connection, int reason, void *data)
{
    End *end = g_new0(End, 1);

    virConnectRef(connection);
    *end = (End){g_object_ref(data), connection};
    g_idle_add_full(G_PRIORITY_DEFAULT, on_end, end, free_end);
}

static void
drop_connection(gpointer connection)
{
    virConnectClose(connection);
}

static gboolean
listen_on(virConnectPtr connection, FirnLibvirtConnection *self)
{
    const struct {
        int event;
        virConnectDomainEventGenericCallback callback;
    } heard[] = {
        {VIR_DOMAIN_EVENT_ID_LIFECYCLE,       VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
        {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_agent)    },
        {VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,    VIR_DOMAIN_EVENT_CALLBACK(on_device)   },
        {VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,  VIR_DOMAIN_EVENT_CALLBACK(on_device)   },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(heard); i++)
        if (virConnectDomainEventRegisterAny(connection,
                                             NULL,
                                             heard[i].event,
                                             heard[i].callback,
                                             g_object_ref(self),
                                             g_object_unref) < 0)
            return FALSE;
    /* Not every hypervisor driver has a monitor: libvirt's test driver has none. */
    virConnectDomainQemuMonitorEventRegister(connection,
                                             NULL,
                                             NULL,
                                             on_monitor_event,
                                             g_object_ref(self),
                                             g_object_unref,
                                             0);
    virConnectSetKeepAlive(connection, KEEPALIVE_S, KEEPALIVE_COUNT);
    virConnectRegisterCloseCallback(connection, on_closed, g_object_ref(self), g_object_unref);
    return TRUE;
}

static void
open_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    FirnLibvirtConnection *self = source;
    g_autoptr(virConnect) connection = virConnectOpen(self->uri);

    if (connection == NULL || !listen_on(connection, self)) {
        g_task_return_new_error(task,
                                FIRN_HOST_ERROR,
                                FIRN_HOST_ERROR_VM_UNREACHABLE,
                                "%s",
                                virGetLastErrorMessage());
        return;
    }
    note_versions(self, connection);
    g_task_return_pointer(task, g_steal_pointer(&connection), drop_connection);
}

/* Logs once per outage: a host without libvirt must not log this every ten seconds. */
static void
complain(FirnLibvirtConnection *self, const GError *error)
{
    if (!self->has_complained)
        g_message("%s: no connection, firn keeps trying: %s", self->uri, error->message);
    self->has_complained = TRUE;
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnLibvirtConnection *self = FIRN_LIBVIRT_CONNECTION(source);
    g_autoptr(GError) error = NULL;
    virConnectPtr connection = g_task_propagate_pointer(G_TASK(result), &error);

    self->is_opening = FALSE;
    if (connection == NULL) {
        complain(self, error);
        set_detail(self, error->message);
        retry_later(self);
        g_signal_emit(self, signals[SIGNAL_FAILED], 0);
        return;
    }
    if (self->is_stopped || virConnectIsAlive(connection) != 1) {
        close_elsewhere(connection);
        retry_later(self);
        return;
    }
    self->retry_ms = RETRY_MS;
    self->has_complained = FALSE;
    g_mutex_lock(&self->mutex);
    self->connection = connection;
    g_mutex_unlock(&self->mutex);
    g_signal_emit(self, signals[SIGNAL_OPENED], 0);
}

static void
open_connection(FirnLibvirtConnection *self)
{
    g_autoptr(GTask) task = NULL;

    if (self->is_opening || self->is_stopped)
        return;
    self->is_opening = TRUE;
    task = g_task_new(self, NULL, on_opened, NULL);
    g_task_run_in_thread(task, open_in_thread);
}

/* libvirt watches its sockets on the main loop, from its first connection on. */
static void
join_main_loop(void)
{
    static gboolean is_done;

    if (!is_done)
        gvir_event_register();
    is_done = TRUE;
}

void
firn_libvirt_connection_start(FirnLibvirtConnection *self)
{
    join_main_loop();
    open_connection(self);
}

void
firn_libvirt_connection_stop(FirnLibvirtConnection *self)
{
    virConnectPtr connection = steal_connection(self, self->connection);

    self->is_stopped = TRUE;
    g_clear_handle_id(&self->retry, g_source_remove);
    if (connection == NULL)
        return;
    /* Breaks the reference cycle between the connection's callbacks and the link. */
    virConnectUnregisterCloseCallback(connection, on_closed);
    tell_closed(self, connection);
}

gboolean
firn_libvirt_connection_is_open(FirnLibvirtConnection *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->connection != NULL;
}

char *
firn_libvirt_connection_dup_detail(FirnLibvirtConnection *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return g_strdup(self->detail == NULL ? "not connected yet" : self->detail);
}

/* Returns NULL if none is idle. */
static virConnectPtr
take_idle(FirnLibvirtConnection *self, FirnLibvirtLoan *loan, gboolean *out_is_open)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    *out_is_open = self->connection != NULL;
    loan->run = self->run;
    if (!*out_is_open || self->idle->len == 0)
        return NULL;
    return g_ptr_array_steal_index_fast(self->idle, self->idle->len - 1);
}

/* Returns whether one more thread may wait. */
static gboolean
begin_opening(FirnLibvirtConnection *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    gboolean may_wait = self->n_opening < OPENING_MAX;

    self->n_opening += may_wait;
    return may_wait;
}

static void
end_opening(FirnLibvirtConnection *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->n_opening--;
}

/* Each connection has its own keepalive: a call fails when libvirtd has been silent for a while. */
static virConnectPtr
open_one(FirnLibvirtConnection *self)
{
    virConnectPtr connection;

    if (!begin_opening(self))
        return NULL;
    connection = virConnectOpen(self->uri);
    end_opening(self);
    /* Not every driver supports keepalive; one without a daemon does not need it. */
    if (connection != NULL)
        virConnectSetKeepAlive(connection, KEEPALIVE_S, KEEPALIVE_COUNT);
    return connection;
}

FirnLibvirtLoan *
firn_libvirt_connection_acquire(FirnLibvirtConnection *self, GError **error)
{
    g_autofree FirnLibvirtLoan *loan = g_new0(FirnLibvirtLoan, 1);
    gboolean is_open;

    loan->connection = take_idle(self, loan, &is_open);
    if (loan->connection == NULL && is_open)
        loan->connection = open_one(self);
    if (loan->connection == NULL) {
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_VM_UNREACHABLE,
                            "cannot connect to libvirt (%s)",
                            self->uri);
        return NULL;
    }
    loan->link = g_object_ref(self);
    return g_steal_pointer(&loan);
}

/* A connection from before the link reconnected is closed instead of reused. */
static gboolean
give_back(FirnLibvirtConnection *self, FirnLibvirtLoan *loan)
{
    gboolean is_alive = virConnectIsAlive(loan->connection) == 1;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    if (!is_alive || self->connection == NULL || loan->run != self->run ||
        self->idle->len >= IDLE_MAX)
        return FALSE;
    g_ptr_array_add(self->idle, loan->connection);
    return TRUE;
}

void
firn_libvirt_loan_end(FirnLibvirtLoan *self)
{
    if (self == NULL)
        return;
    if (!give_back(self->link, self))
        virConnectClose(self->connection);
    g_object_unref(self->link);
    g_free(self);
}

virDomainPtr
firn_libvirt_loan_dup_domain(FirnLibvirtLoan *self, const char *uuid, GError **error)
{
    virDomainPtr domain = virDomainLookupByUUIDString(self->connection, uuid);
    gboolean is_missing;

    if (domain != NULL)
        return domain;
    is_missing = virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
    firn_host_error_set(error,
                        is_missing ? FIRN_HOST_ERROR_NOT_FOUND : FIRN_HOST_ERROR_VM_UNREACHABLE,
                        "libvirt (%s): %s",
                        self->link->uri,
                        virGetLastErrorMessage());
    return NULL;
}
