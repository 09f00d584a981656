/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop-thread.h"

struct FirnTestLoopThread {
    GMainLoop *loop; /* (owned) */
    GThread *thread; /* (owned) */
};

typedef struct {
    void (*function)(gpointer user_data);
    gpointer user_data;
    GMutex mutex;
    GCond cond;
    gboolean is_done;
} Call;

static gpointer
run(gpointer data)
{
    g_main_loop_run(data);
    return NULL;
}

FirnTestLoopThread *
firn_test_loop_thread_start(void)
{
    FirnTestLoopThread *self = g_new0(FirnTestLoopThread, 1);

    self->loop = g_main_loop_new(NULL, FALSE);
    self->thread = g_thread_new("main-loop", run, self->loop);
    return self;
}

static gboolean
quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

void
firn_test_loop_thread_stop(FirnTestLoopThread *self)
{
    /* Low priority: what the test has released is freed first, before the check for leaks. */
    g_idle_add_full(G_PRIORITY_LOW, quit, self->loop, NULL);
    g_thread_join(self->thread);
    g_main_loop_unref(self->loop);
    g_free(self);
}

static gboolean
on_loop(gpointer data)
{
    Call *call = data;

    call->function(call->user_data);
    g_mutex_lock(&call->mutex);
    call->is_done = TRUE;
    g_cond_signal(&call->cond);
    g_mutex_unlock(&call->mutex);
    return G_SOURCE_REMOVE;
}

void
firn_test_loop_thread_call(void (*function)(gpointer user_data), gpointer user_data)
{
    Call call = {.function = function, .user_data = user_data};

    g_mutex_init(&call.mutex);
    g_cond_init(&call.cond);
    g_idle_add_full(G_PRIORITY_HIGH, on_loop, &call, NULL);
    g_mutex_lock(&call.mutex);
    while (!call.is_done)
        g_cond_wait(&call.cond, &call.mutex);
    g_mutex_unlock(&call.mutex);
    g_mutex_clear(&call.mutex);
    g_cond_clear(&call.cond);
}
