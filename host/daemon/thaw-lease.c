/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thaw-lease.h"

#include <unistd.h>

#include "agent-client.h"
#include "await.h"
#include "events.h"
#include "fsfreeze.h"
#include "lease.h"
#include "libvirt-thaw.h"
#include "line-socket.h"
#include "memory-migration.h"
#include "monitor-client.h"
#include "printable.h"
#include "qmp-error.h"

/* Time limits of one attempt; short at first, because most guests answer at once. */
typedef struct {
    guint open_ms;
    guint call_ms;
} Limits;

static const Limits tries[] = {
    {3000, 5000 },
    {5000, 10000},
    {5000, 15000},
};

struct _FirnThawLease {
    FirnLease *lease;     /* (owned) */
    char *file;           /* (owned) */
    char *name;           /* (owned) for display */
    FirnStateDir *leases; /* (owned) */
    guint whole_ms;
    const Limits *limits; /* (unowned) of this attempt */
    GThread *thread;      /* (owned) (nullable) */
    int state;            /* (atomic) a FirnThawLeaseState */
};

/* How to reach the peer that ends a lease, and what to send. */
typedef struct {
    FirnStartFunc open;
    gboolean (*end)(FirnChannel *channel, guint limit_ms, GError **error);
    void (*settle)(FirnChannel *channel); /* (nullable) what remains to be done afterwards */
    gboolean (*end_by_libvirt)(const char *uri, const char *uuid, guint limit_ms, GError **error);
    const char *if_ended;
    const char *if_open;
} Way;

static void
start_open_agent(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    const FirnThawLease *self = user_data;

    firn_agent_client_open_async(self->lease->agent_path,
                                 self->lease->user,
                                 self->limits->open_ms,
                                 NULL,
                                 callback,
                                 callback_data);
}

/* A hook that fails during a thaw runs after the file systems are thawed: check the status. */
static gboolean
thaw(FirnChannel *agent, guint limit_ms, GError **error)
{
    gboolean is_frozen = TRUE;
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-fsfreeze-thaw", NULL, limit_ms, NULL, error);

    return reply != NULL ||
           (firn_fsfreeze_query(agent, limit_ms, NULL, &is_frozen, NULL) && !is_frozen);
}

static void
start_open_monitor(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    const FirnThawLease *self = user_data;

    firn_monitor_client_open_async(self->lease->monitor_path,
                                   self->lease->user,
                                   NULL,
                                   callback,
                                   callback_data);
}

static gboolean
resume(FirnChannel *monitor, guint limit_ms, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;

    if (!firn_memory_migration_release(monitor, error))
        return FALSE;
    reply = firn_channel_call(monitor, "cont", NULL, limit_ms, NULL, error);
    return reply != NULL;
}

static void
wait_for_stream(FirnChannel *monitor)
{
    firn_memory_migration_wait_leftover(monitor, NULL);
}

static const Way frozen = {
    .open = start_open_agent,
    .end = thaw,
    .end_by_libvirt = firn_libvirt_thaw,
    .if_ended = "thawed",
    .if_open = "may still be frozen",
};
static const Way stopped = {
    .open = start_open_monitor,
    .end = resume,
    .settle = wait_for_stream,
    .end_by_libvirt = firn_libvirt_resume,
    .if_ended = "resumed",
    .if_open = "may still be paused",
};

static const Way *
get_way(const FirnLease *lease)
{
    return lease->is_stopped ? &stopped : &frozen;
}

/* The journal gets an event; a terminal or a pipe the same as a line. */
static void
tell(const FirnThawLease *self, gboolean is_ended, const char *why)
{
    const FirnEventSubject about = {.vm_name = self->name, .vm_uuid = self->lease->vm_uuid};
    const char *what = is_ended ? get_way(self->lease)->if_ended : get_way(self->lease)->if_open;
    gboolean has_journal = g_log_writer_is_journald(is_ended ? STDOUT_FILENO : STDERR_FILENO);

    if (has_journal && is_ended)
        firn_event_thawed_by_tool(about, what);
    else if (has_journal)
        firn_event_still_frozen(about, why);
    else if (is_ended)
        g_print("%s: %s\n", self->name, what);
    else
        g_printerr("firn-thaw-all: %s: %s: %s\n", self->name, what, why);
}

/* Done at once: QEMU may stream the RAM of a resumed guest for longer than the time limit. */
static void
note_end(FirnThawLease *self)
{
    if (firn_thaw_lease_get_state(self) != FIRN_THAW_LEASE_STATE_OPEN)
        return;
    tell(self, TRUE, NULL);
    g_atomic_int_set(&self->state,
                     firn_state_dir_remove(self->leases, self->file, NULL)
                         ? FIRN_THAW_LEASE_STATE_THAWED
                         : FIRN_THAW_LEASE_STATE_FAILED);
}

/* Returns whether it is ended, or the guest is gone, which a stale socket shows. */
static gboolean
try_once(FirnThawLease *self, GError **error)
{
    const FirnLease *lease = self->lease;
    const Way *way = get_way(lease);
    g_autoptr(GAsyncResult) result = firn_await(way->open, self);
    g_autoptr(GError) failure = NULL;
    FirnChannel *channel = firn_channel_open_finish(result, &failure);
    gboolean is_ended;

    if (channel == NULL) {
        /* A peer that closes the connection is still running, and so may the guest be. */
        is_ended =
            g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) &&
            firn_line_socket_is_stale(lease->is_stopped ? lease->monitor_path : lease->agent_path);
        g_propagate_error(error, g_steal_pointer(&failure));
        return is_ended;
    }
    is_ended = way->end(channel, self->limits->call_ms, error);
    if (is_ended)
        note_end(self);
    if (is_ended && way->settle != NULL)
        way->settle(channel);
    firn_channel_drop(channel);
    return is_ended;
}

static gboolean
try_all(FirnThawLease *self, GError **error)
{
    const FirnLease *lease = self->lease;
    g_autoptr(GError) failure = NULL;

    if (lease->uri != NULL)
        return get_way(lease)->end_by_libvirt(lease->uri, lease->vm_uuid, self->whole_ms, error);
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
        g_clear_error(&failure);
        self->limits = &tries[i];
        if (try_once(self, &failure))
            return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gpointer
end_lease(gpointer data)
{
    FirnThawLease *self = data;
    g_autoptr(GError) error = NULL;

    if (!try_all(self, &error)) {
        firn_thaw_lease_complain(self, error->message);
        g_atomic_int_set(&self->state, FIRN_THAW_LEASE_STATE_FAILED);
        return NULL;
    }
    note_end(self);
    return NULL;
}

FirnThawLease *
firn_thaw_lease_read(FirnStateDir *leases, const char *file, guint whole_ms, GError **error)
{
    g_autoptr(FirnLease) lease = firn_lease_read(leases, file, error);
    FirnThawLease *self;

    if (lease == NULL)
        return NULL;
    self = g_new0(FirnThawLease, 1);
    self->name = firn_printable(lease->vm_name);
    self->lease = g_steal_pointer(&lease);
    self->file = g_strdup(file);
    self->leases = firn_state_dir_ref(leases);
    self->whole_ms = whole_ms;
    return self;
}

void
firn_thaw_lease_free(FirnThawLease *self)
{
    firn_lease_free(self->lease);
    g_free(self->file);
    g_free(self->name);
    firn_state_dir_unref(self->leases);
    g_free(self);
}

gboolean
firn_thaw_lease_is_stopped(const FirnThawLease *self)
{
    return self->lease->is_stopped;
}

FirnThawLeaseState
firn_thaw_lease_get_state(FirnThawLease *self)
{
    return g_atomic_int_get(&self->state);
}

void
firn_thaw_lease_complain(const FirnThawLease *self, const char *why)
{
    tell(self, FALSE, why);
}

void
firn_thaw_lease_begin(FirnThawLease *self)
{
    self->thread = g_thread_try_new("thaw", end_lease, self, NULL);
}

void
firn_thaw_lease_finish(FirnThawLease *self)
{
    if (self->thread == NULL)
        end_lease(self);
    else
        g_thread_join(g_steal_pointer(&self->thread));
}
