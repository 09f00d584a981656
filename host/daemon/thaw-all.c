/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firn-thaw-all: without firnd, thaws the guests that the leases name, drains the RAM that QEMU
 * still streams, and resumes guests that are paused for it. Each lease has a thread of its own, so
 * that a guest that hangs does not keep others frozen. For ExecStopPost=, and for
 * administrators. */
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "firn-config.h"
#include "lease.h"
#include "stream-pipe.h"
#include "thaw-lease.h"

#define QUIET_MS 2000
#define AGAIN_MS 100
/* systemd stops ExecStopPost= after 90 s. */
#define WHOLE_MS 60000

typedef struct {
    GMainLoop *loop;      /* (unowned) */
    FirnStateDir *leases; /* (owned) */
    GPtrArray *thaws;     /* (owned) (element-type FirnThawLease) */
    guint unreadable;     /* number of unreadable leases, or 1 for their folder */
    int is_over;          /* (atomic) all threads have ended */
} ThawAll;

static void
for_each_thaw(ThawAll *self, gboolean is_stopped, void (*act)(FirnThawLease *thaw))
{
    for (guint i = 0; i < self->thaws->len; i++)
        if (firn_thaw_lease_is_stopped(self->thaws->pdata[i]) == is_stopped)
            act(self->thaws->pdata[i]);
}

static void
read_lease(ThawAll *self, const char *file)
{
    g_autoptr(GError) error = NULL;
    FirnThawLease *thaw = firn_thaw_lease_read(self->leases, file, WHOLE_MS, &error);

    if (thaw == NULL) {
        g_printerr("firn-thaw-all: %s\n", error->message);
        self->unreadable++;
        return;
    }
    g_ptr_array_add(self->thaws, thaw);
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

/* A guest hangs as soon as its RAM is no longer read, so this begins at once, beside the thaws. */
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

static gboolean
is_any_stopped(ThawAll *self)
{
    for (guint i = 0; i < self->thaws->len; i++)
        if (firn_thaw_lease_is_stopped(self->thaws->pdata[i]) &&
            firn_thaw_lease_get_state(self->thaws->pdata[i]) == FIRN_THAW_LEASE_STATE_OPEN)
            return TRUE;
    return FALSE;
}

static void
end_streams(GPtrArray *pipes)
{
    for (guint i = 0; i < pipes->len; i++)
        firn_stream_pipe_finish(pipes->pdata[i], NULL);
}

/* A QEMU that is silent may still be touching its RAM, and stream it later. */
static void
carry_later_streams(ThawAll *self)
{
    while (is_any_stopped(self)) {
        g_autoptr(GPtrArray) pipes = begin_streams(self->leases);

        end_streams(pipes);
        poll(NULL, 0, AGAIN_MS);
    }
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

    for_each_thaw(self, FALSE, firn_thaw_lease_begin);
    streams = begin_streams(self->leases);
    for_each_thaw(self, TRUE, firn_thaw_lease_begin);
    end_streams(streams);
    carry_later_streams(self);
    for_each_thaw(self, FALSE, firn_thaw_lease_finish);
    for_each_thaw(self, TRUE, firn_thaw_lease_finish);
    g_atomic_int_set(&self->is_over, TRUE);
    g_idle_add(quit, self->loop);
    return NULL;
}

/* Returns how many guests may still be frozen or paused; reports those whose threads have not
 * ended. */
static guint
count_left(ThawAll *self)
{
    g_autofree char *silence = g_strdup_printf("no answer within %u s; its lease is kept for firnd "
                                               "or the next firn-thaw-all",
                                               WHOLE_MS / 1000);
    guint n = self->unreadable;

    for (guint i = 0; i < self->thaws->len; i++) {
        FirnThawLeaseState state = firn_thaw_lease_get_state(self->thaws->pdata[i]);

        n += state != FIRN_THAW_LEASE_STATE_THAWED;
        if (state == FIRN_THAW_LEASE_STATE_OPEN)
            firn_thaw_lease_complain(self->thaws->pdata[i], silence);
    }
    return n;
}

/* Returns how many leases are left. */
static guint
run(ThawAll *self, GError **error)
{
    GThread *thread;
    guint n_left;

    read_leases(self);
    thread = g_thread_try_new("thaw-all", thaw_all, self, error);
    if (thread == NULL)
        return 1;
    g_timeout_add(WHOLE_MS, quit, self->loop);
    g_main_loop_run(self->loop);
    n_left = count_left(self);
    /* Threads that hang in libvirt, or wait for this main loop, end with the process. */
    if (!g_atomic_int_get(&self->is_over)) {
        if (n_left == 0)
            g_printerr("firn-thaw-all: RAM is still being streamed; firnd will continue\n");
        fflush(NULL);
        _exit(1);
    }
    g_thread_join(thread);
    return n_left;
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
    guint n_left;

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("firn-thaw-all: %s\n", error->message);
        return 2;
    }
    folder = g_build_filename(runtime_dir == NULL ? FIRN_RUNTIMEDIR : runtime_dir, "leases", NULL);
    self.leases = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    self.thaws = g_ptr_array_new_with_free_func((GDestroyNotify)firn_thaw_lease_free);
    n_left = run(&self, &error);
    if (error != NULL)
        g_printerr("firn-thaw-all: %s; guests may still be frozen\n", error->message);
    g_ptr_array_unref(self.thaws);
    firn_state_dir_unref(self.leases);
    return n_left == 0 ? 0 : 1;
}
