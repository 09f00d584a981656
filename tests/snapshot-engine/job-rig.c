/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-rig.h"

#include "monitor-client.h"

typedef struct {
    FirnTestJob job;
    gpointer data; /* (unowned) */
    gint is_done;  /* atomic */
} Run;

static gpointer
run_in_thread(gpointer data)
{
    Run *run = data;

    run->job(run->data);
    g_atomic_int_set(&run->is_done, TRUE);
    g_main_context_wakeup(NULL);
    return NULL;
}

void
firn_test_run_job(FirnTestJob job, gpointer data)
{
    Run run = {job, data, FALSE};
    GThread *thread = g_thread_new("job", run_in_thread, &run);

    while (!g_atomic_int_get(&run.is_done))
        g_main_context_iteration(NULL, TRUE);
    g_thread_join(thread);
}

static void
on_open(GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **)user_data = g_object_ref(result);
}

static FirnChannel *
try_to_open(const char *path, GError **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    firn_monitor_client_open_async(path, 0, NULL, on_open, &result);
    while (result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return firn_channel_open_finish(result, error);
}

FirnChannel *
firn_test_open_monitor(const char *path)
{
    gint64 deadline_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    while (TRUE) {
        g_autoptr(GError) error = NULL;
        FirnChannel *channel = try_to_open(path, &error);

        if (channel != NULL)
            return channel;
        if (g_get_monotonic_time() > deadline_us)
            g_assert_no_error(error);
        g_usleep(10000);
    }
}
