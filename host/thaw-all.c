/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firn-thaw-all: thaws what the leases name, takes off QEMU the RAM that it still streams, and lets
 * guests go on that stand still for it, without firnd. For ExecStopPost=, and for people. */
#include <locale.h>

#include "agent-client.h"
#include "await.h"
#include "firn-config.h"
#include "fsfreeze.h"
#include "lease.h"
#include "libvirt-thaw.h"
#include "line-socket.h"
#include "memory-migration.h"
#include "monitor-client.h"
#include "printable.h"
#include "qmp-error.h"
#include "stream-pipe.h"

#define SYNC_MS  5000
#define THAW_MS  15000
#define TRIES    3
#define CONT_MS  30000
#define QUIET_MS 2000

typedef struct {
    GMainLoop *loop;    /* (unowned) */
    const char *folder; /* (unowned) */
    guint still_frozen;
} ThawAll;

/* How to reach what ends a lease, and what to tell it. */
typedef struct {
    FirnStartFunc open;
    FirnChannel *(*finish)(GAsyncResult *result, GError **error);
    gboolean (*pay)(FirnChannel *channel, GError **error);
    void (*close)(gpointer channel, gpointer more_data);
    gboolean (*pay_libvirt)(const char *uri, const char *uuid, GError **error);
    const char *paid;
    const char *unpaid;
} Way;

static void
start_open_agent(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    const FirnLease *lease = user_data;

    firn_agent_client_open_async(lease->agent_path,
                                 lease->user,
                                 SYNC_MS,
                                 NULL,
                                 callback,
                                 callback_data);
}

static void
close_agent(gpointer agent, gpointer more_data)
{
    firn_agent_client_close(agent);
    g_object_unref(agent);
}

/* A hook that fails when thawing comes after the file systems: the status decides. */
static gboolean
thaw(FirnChannel *agent, GError **error)
{
    gboolean is_frozen = TRUE;
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-fsfreeze-thaw", NULL, THAW_MS, NULL, error);

    return reply != NULL ||
           (firn_fsfreeze_query(agent, SYNC_MS, NULL, &is_frozen, NULL) && !is_frozen);
}

static void
start_open_monitor(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    const FirnLease *lease = user_data;

    firn_monitor_client_open_async(lease->monitor_path, lease->user, NULL, callback, callback_data);
}

static void
close_monitor(gpointer monitor, gpointer more_data)
{
    firn_monitor_client_close(monitor);
    g_object_unref(monitor);
}

static gboolean
let_go_on(FirnChannel *monitor, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;

    if (!firn_memory_migration_abandon(monitor, error))
        return FALSE;
    reply = firn_channel_call(monitor, "cont", NULL, CONT_MS, NULL, error);
    return reply != NULL;
}

static const Way frozen = {
    .open = start_open_agent,
    .finish = firn_agent_client_open_finish,
    .pay = thaw,
    .close = close_agent,
    .pay_libvirt = firn_libvirt_thaw,
    .paid = "thawed",
    .unpaid = "may still be frozen",
};
static const Way stopped = {
    .open = start_open_monitor,
    .finish = firn_monitor_client_open_finish,
    .pay = let_go_on,
    .close = close_monitor,
    .pay_libvirt = firn_libvirt_let_go_on,
    .paid = "goes on",
    .unpaid = "may still stand still",
};

static const Way *
get_way(const FirnLease *lease)
{
    return lease->is_stopped ? &stopped : &frozen;
}

/* Returns whether it is paid, or the guest is gone: then nobody listens on the socket. */
static gboolean
try_once(FirnLease *lease, GError **error)
{
    const Way *way = get_way(lease);
    g_autoptr(GAsyncResult) result = firn_await(way->open, lease);
    g_autoptr(GError) failure = NULL;
    FirnChannel *channel = way->finish(result, &failure);
    gboolean is_paid;

    if (channel == NULL) {
        /* Whoever hangs up is there, and so may the guest be. */
        is_paid = g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) &&
                  firn_line_socket_is_deserted(lease->is_stopped ? lease->monitor_path
                                                                 : lease->agent_path);
        g_propagate_error(error, g_steal_pointer(&failure));
        return is_paid;
    }
    is_paid = way->pay(channel, error);
    firn_await_call(way->close, channel, NULL);
    return is_paid;
}

static gboolean
try_lease(FirnLease *lease, GError **error)
{
    return lease->uri != NULL ? get_way(lease)->pay_libvirt(lease->uri, lease->vm_uuid, error)
                              : try_once(lease, error);
}

static gboolean
pay_lease(FirnStateDir *leases, const char *file, FirnLease *lease)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = firn_printable(lease->vm_name);

    for (guint i = 0; i < TRIES; i++) {
        g_clear_error(&error);
        if (try_lease(lease, &error)) {
            g_print("%s: %s\n", name, get_way(lease)->paid);
            return firn_state_dir_remove(leases, file, NULL);
        }
    }
    g_printerr("firn-thaw-all: %s: %s: %s\n", name, get_way(lease)->unpaid, error->message);
    return FALSE;
}

/* Whether it is paid, or is none of those that are to be paid now. */
static gboolean
look_at_lease(FirnStateDir *leases, const char *file, gboolean is_stopped)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLease) lease = firn_lease_read(leases, file, &error);

    if (lease != NULL)
        return lease->is_stopped != is_stopped || pay_lease(leases, file, lease);
    if (!is_stopped)
        g_printerr("firn-thaw-all: %s\n", error->message);
    return is_stopped;
}

/* A guest hangs as soon as nobody takes its RAM: begins at once, beside the thaws. */
static GPtrArray *
begin_streams(FirnStateDir *leases)
{
    GPtrArray *pipes = g_ptr_array_new_with_free_func((GDestroyNotify)firn_stream_pipe_free);
    g_autoptr(GPtrArray) files = firn_state_dir_list(leases, FIRN_STREAM_PIPE_SUFFIX, NULL);

    for (guint i = 0; files != NULL && i < files->len; i++) {
        g_autofree char *path =
            g_build_filename(firn_state_dir_get_path(leases), files->pdata[i], NULL);
        FirnStreamPipe *pipe = firn_stream_pipe_reopen(path, QUIET_MS);

        if (pipe != NULL)
            g_ptr_array_add(pipes, pipe);
    }
    return pipes;
}

static void
end_streams(GPtrArray *pipes)
{
    for (guint i = 0; i < pipes->len; i++)
        firn_stream_pipe_finish(pipes->pdata[i], NULL);
}

static gboolean
quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gpointer
thaw_all(gpointer data)
{
    ThawAll *self = data;
    g_autoptr(FirnStateDir) leases = firn_state_dir_new(self->folder, FIRN_DURABILITY_WHOLE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) streams = begin_streams(leases);
    g_autoptr(GPtrArray) files = firn_state_dir_list(leases, FIRN_LEASE_SUFFIX, &error);

    if (files == NULL) {
        g_printerr("firn-thaw-all: %s; guests may still be frozen\n", error->message);
        self->still_frozen++;
    }
    for (guint i = 0; files != NULL && i < files->len; i++)
        self->still_frozen += !look_at_lease(leases, files->pdata[i], FALSE);
    end_streams(streams);
    /* Not earlier: whoever goes on while QEMU migrates is stopped again at its end. */
    for (guint i = 0; files != NULL && i < files->len; i++)
        self->still_frozen += !look_at_lease(leases, files->pdata[i], TRUE);
    g_idle_add(quit, self->loop);
    return NULL;
}

int
main(int argc, char **argv)
{
    g_autofree char *runtime_dir = NULL;
    const GOptionEntry entries[] = {
        {"runtime-dir", 0, 0, G_OPTION_ARG_FILENAME, &runtime_dir, "firnd's --runtime-dir", "DIR"},
        {NULL           },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- thaw what firnd left frozen");
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = NULL;
    ThawAll self = {.loop = loop};

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("firn-thaw-all: %s\n", error->message);
        return 2;
    }
    folder = g_build_filename(runtime_dir == NULL ? FIRN_RUNTIMEDIR : runtime_dir, "leases", NULL);
    self.folder = folder;
    g_thread_unref(g_thread_new("thaw-all", thaw_all, &self));
    g_main_loop_run(loop);
    return self.still_frozen == 0 ? 0 : 1;
}
