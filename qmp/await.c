/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "await.h"

typedef struct {
    FirnStartFunc start; /* (nullable) */
    GFunc function;      /* (nullable) */
    gpointer user_data;  /* (unowned) */
    gpointer more_data;  /* (unowned) */
    GMutex mutex;
    GCond cond;
    gboolean is_done;
    GAsyncResult *result; /* (owned) (nullable) */
} Wait;

static void
finish_wait(Wait *wait, GAsyncResult *result)
{
    g_mutex_lock(&wait->mutex);
    wait->result = result == NULL ? NULL : g_object_ref(result);
    wait->is_done = TRUE;
    g_cond_signal(&wait->cond);
    g_mutex_unlock(&wait->mutex);
}

static void
on_ready(GObject *source, GAsyncResult *result, gpointer user_data)
{
    finish_wait(user_data, result);
}

static gboolean
on_main_loop(gpointer user_data)
{
    Wait *wait = user_data;

    if (wait->start != NULL) {
        wait->start(on_ready, wait, wait->user_data);
    } else {
        wait->function(wait->user_data, wait->more_data);
        finish_wait(wait, NULL);
    }
    return G_SOURCE_REMOVE;
}

static void
run_wait(Wait *wait)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_mutex_init(&wait->mutex);
    g_cond_init(&wait->cond);
    /* Not g_main_context_invoke(): between two iterations it would run here, in the wrong thread.
     */
    g_source_set_priority(source, G_PRIORITY_HIGH);
    g_source_set_callback(source, on_main_loop, wait, NULL);
    g_source_attach(source, NULL);
    g_mutex_lock(&wait->mutex);
    while (!wait->is_done)
        g_cond_wait(&wait->cond, &wait->mutex);
    g_mutex_unlock(&wait->mutex);
    g_mutex_clear(&wait->mutex);
    g_cond_clear(&wait->cond);
}

GAsyncResult *
firn_await(FirnStartFunc start, gpointer user_data)
{
    Wait wait = {.start = start, .user_data = user_data};

    run_wait(&wait);
    return wait.result;
}

void
firn_await_call(GFunc function, gpointer user_data, gpointer more_data)
{
    Wait wait = {.function = function, .user_data = user_data, .more_data = more_data};

    run_wait(&wait);
}
