/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firn-thaw-all: thaws what the leases name, takes off QEMU the RAM that it still streams, and
 * resumes guests that are paused for it, without firnd. Each lease has a thread of its own, so that
 * a guest that hangs keeps no other one frozen. For ExecStopPost=, and for people. */
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

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

#define QUIET_MS 2000
/* systemd ends ExecStopPost= after 90 s. */
#define WHOLE_MS 60000

/* What one try may take. Short at first: most guests answer at once. */
typedef struct {
    guint open_ms;
    guint call_ms;
} Limits;

static const Limits tries[] = {
    {3000, 5000 },
    {5000, 10000},
    {5000, 15000},
};

typedef enum { DEBT_OPEN, DEBT_PAID, DEBT_UNPAID } DebtState;

/* One lease, which a thread of its own pays. */
typedef struct {
    FirnLease *lease;     /* (owned) */
    char *file;           /* (owned) */
    char *name;           /* (owned) for people */
    FirnStateDir *leases; /* (unowned) */
    const Limits *limits; /* (unowned) of this try */
    GThread *thread;      /* (owned) (nullable) */
    int state;            /* (atomic) a DebtState */
} Debt;

typedef struct {
    GMainLoop *loop;      /* (unowned) */
    FirnStateDir *leases; /* (owned) */
    GPtrArray *debts;     /* (owned) (element-type Debt) */
    guint unreadable;     /* leases, or the folder of all */
    int is_over;          /* (atomic) all threads have come back */
} ThawAll;

/* How to reach what ends a lease, and what to tell it. */
typedef struct {
    FirnStartFunc open;
    FirnChannel *(*finish)(GAsyncResult *result, GError **error);
    gboolean (*pay)(FirnChannel *channel, guint limit_ms, GError **error);
    void (*close)(gpointer channel, gpointer more_data);
    gboolean (*pay_libvirt)(const char *uri, const char *uuid, guint limit_ms, GError **error);
    const char *paid;
    const char *unpaid;
} Way;

static void
start_open_agent(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    const Debt *debt = user_data;

    firn_agent_client_open_async(debt->lease->agent_path,
                                 debt->lease->user,
                                 debt->limits->open_ms,
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
    const Debt *debt = user_data;

    firn_monitor_client_open_async(debt->lease->monitor_path,
                                   debt->lease->user,
                                   NULL,
                                   callback,
                                   callback_data);
}

static void
close_monitor(gpointer monitor, gpointer more_data)
{
    firn_monitor_client_close(monitor);
    g_object_unref(monitor);
}

static gboolean
resume(FirnChannel *monitor, guint limit_ms, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;

    if (!firn_memory_migration_abandon(monitor, error))
        return FALSE;
    reply = firn_channel_call(monitor, "cont", NULL, limit_ms, NULL, error);
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
    .pay = resume,
    .close = close_monitor,
    .pay_libvirt = firn_libvirt_resume,
    .paid = "resumed",
    .unpaid = "may still be paused",
};

static const Way *
get_way(const FirnLease *lease)
{
    return lease->is_stopped ? &stopped : &frozen;
}

/* Returns whether it is paid, or the guest is gone: then nobody listens on the socket. */
static gboolean
try_once(Debt *debt, GError **error)
{
    const FirnLease *lease = debt->lease;
    const Way *way = get_way(lease);
    g_autoptr(GAsyncResult) result = firn_await(way->open, debt);
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
    is_paid = way->pay(channel, debt->limits->call_ms, error);
    firn_await_call(way->close, channel, NULL);
    return is_paid;
}

static gboolean
try_all(Debt *debt, GError **error)
{
    const FirnLease *lease = debt->lease;
    g_autoptr(GError) failure = NULL;

    if (lease->uri != NULL)
        return get_way(lease)->pay_libvirt(lease->uri, lease->vm_uuid, WHOLE_MS, error);
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
        g_clear_error(&failure);
        debt->limits = &tries[i];
        if (try_once(debt, &failure))
            return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gpointer
pay(gpointer data)
{
    Debt *debt = data;
    const Way *way = get_way(debt->lease);
    g_autoptr(GError) error = NULL;

    if (!try_all(debt, &error)) {
        g_printerr("firn-thaw-all: %s: %s: %s\n", debt->name, way->unpaid, error->message);
        g_atomic_int_set(&debt->state, DEBT_UNPAID);
        return NULL;
    }
    g_print("%s: %s\n", debt->name, way->paid);
    g_atomic_int_set(&debt->state,
                     firn_state_dir_remove(debt->leases, debt->file, NULL) ? DEBT_PAID
                                                                           : DEBT_UNPAID);
    return NULL;
}

static void
begin_paying(Debt *debt)
{
    debt->thread = g_thread_try_new("thaw", pay, debt, NULL);
}

/* One that got no thread is paid by this one. */
static void
finish_paying(Debt *debt)
{
    if (debt->thread == NULL)
        pay(debt);
    else
        g_thread_join(g_steal_pointer(&debt->thread));
}

static void
for_each_debt(ThawAll *self, gboolean is_stopped, void (*act)(Debt *debt))
{
    for (guint i = 0; i < self->debts->len; i++) {
        Debt *debt = self->debts->pdata[i];

        if (debt->lease->is_stopped == is_stopped)
            act(debt);
    }
}

static void
read_lease(ThawAll *self, const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLease) lease = firn_lease_read(self->leases, file, &error);
    Debt *debt;

    if (lease == NULL) {
        g_printerr("firn-thaw-all: %s\n", error->message);
        self->unreadable++;
        return;
    }
    debt = g_new0(Debt, 1);
    debt->name = firn_printable(lease->vm_name);
    debt->lease = g_steal_pointer(&lease);
    debt->file = g_strdup(file);
    debt->leases = self->leases;
    g_ptr_array_add(self->debts, debt);
}

static void
read_leases(ThawAll *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = firn_state_dir_list(self->leases, FIRN_LEASE_SUFFIX, &error);

    if (files == NULL) {
        g_printerr("firn-thaw-all: %s; guests may still be frozen\n", error->message);
        self->unreadable++;
        return;
    }
    for (guint i = 0; i < files->len; i++)
        read_lease(self, files->pdata[i]);
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
    g_autoptr(GPtrArray) streams = NULL;

    for_each_debt(self, FALSE, begin_paying);
    streams = begin_streams(self->leases);
    end_streams(streams);
    /* Not earlier: whoever goes on while QEMU migrates is stopped again at its end. */
    for_each_debt(self, TRUE, begin_paying);
    for_each_debt(self, FALSE, finish_paying);
    for_each_debt(self, TRUE, finish_paying);
    g_atomic_int_set(&self->is_over, TRUE);
    g_idle_add(quit, self->loop);
    return NULL;
}

/* Returns how many are not known to be well; says so of those that no thread has come back from. */
static guint
count_unpaid(ThawAll *self)
{
    guint n = self->unreadable;

    for (guint i = 0; i < self->debts->len; i++) {
        Debt *debt = self->debts->pdata[i];
        DebtState state = g_atomic_int_get(&debt->state);

        n += state != DEBT_PAID;
        if (state == DEBT_OPEN)
            g_printerr("firn-thaw-all: %s: %s: no answer within %u s; its lease stays, for firnd "
                       "or the next firn-thaw-all\n",
                       debt->name,
                       get_way(debt->lease)->unpaid,
                       WHOLE_MS / 1000);
    }
    return n;
}

static void
free_debt(gpointer data)
{
    Debt *debt = data;

    firn_lease_free(debt->lease);
    g_free(debt->file);
    g_free(debt->name);
    g_free(debt);
}

/* Returns how many leases stay. */
static guint
run(ThawAll *self, GError **error)
{
    GThread *thread;
    guint n_unpaid;

    read_leases(self);
    thread = g_thread_try_new("thaw-all", thaw_all, self, error);
    if (thread == NULL)
        return 1;
    g_timeout_add(WHOLE_MS, quit, self->loop);
    g_main_loop_run(self->loop);
    n_unpaid = count_unpaid(self);
    /* Threads that hang in libvirt, or wait for this very loop, end with the process. */
    if (!g_atomic_int_get(&self->is_over)) {
        fflush(NULL);
        _exit(1);
    }
    g_thread_join(thread);
    return n_unpaid;
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
    guint n_unpaid;

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("firn-thaw-all: %s\n", error->message);
        return 2;
    }
    folder = g_build_filename(runtime_dir == NULL ? FIRN_RUNTIMEDIR : runtime_dir, "leases", NULL);
    self.leases = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    self.debts = g_ptr_array_new_with_free_func(free_debt);
    n_unpaid = run(&self, &error);
    if (error != NULL)
        g_printerr("firn-thaw-all: %s; guests may still be frozen\n", error->message);
    g_ptr_array_unref(self.debts);
    firn_state_dir_unref(self.leases);
    return n_unpaid == 0 ? 0 : 1;
}
