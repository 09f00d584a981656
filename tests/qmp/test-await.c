/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "await.h"

#include "loop-thread.h"

#define CALLERS 8
#define ROUNDS  200

typedef struct {
    GThread *thread; /* (unowned) the thread that ran it */
    int answer;
} Work;

static gboolean
finish(gpointer task)
{
    g_task_return_int(task, 42);
    return G_SOURCE_REMOVE;
}

static void
start(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Work *work = user_data;
    GTask *task = g_task_new(NULL, NULL, callback, callback_data);

    work->thread = g_thread_self();
    g_timeout_add_full(G_PRIORITY_DEFAULT, 10, finish, task, g_object_unref);
}

static void
test_result(void)
{
    g_autoptr(FirnTestLoopThread) loop = firn_test_loop_thread_start();
    Work work = {0};
    g_autoptr(GAsyncResult) result = firn_await(start, &work);

    g_assert_cmpint(g_task_propagate_int(G_TASK(result), NULL), ==, 42);
    g_assert_true(work.thread != NULL && work.thread != g_thread_self());
}

static void
add(gpointer data, gpointer more_data)
{
    Work *work = data;

    work->thread = g_thread_self();
    work->answer += *(int *)more_data;
}

static void
test_call_waits_for_return(void)
{
    g_autoptr(FirnTestLoopThread) loop = firn_test_loop_thread_start();
    Work work = {NULL, 40};
    int two = 2;

    firn_await_call(add, &work, &two);
    g_assert_cmpint(work.answer, ==, 42);
    g_assert_true(work.thread != g_thread_self());
}

static gpointer
call_often(gpointer work)
{
    int one = 1;

    for (guint i = 0; i < ROUNDS; i++)
        firn_await_call(add, work, &one);
    return NULL;
}

/* All of them run on the one main loop, so they need no lock. */
static void
test_many_threads(void)
{
    g_autoptr(FirnTestLoopThread) loop = firn_test_loop_thread_start();
    GThread *threads[CALLERS];
    Work work = {0};

    for (guint i = 0; i < CALLERS; i++)
        threads[i] = g_thread_new("caller", call_often, &work);
    for (guint i = 0; i < CALLERS; i++)
        g_thread_join(threads[i]);
    g_assert_cmpint(work.answer, ==, CALLERS * ROUNDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/await/result-comes-from-the-main-loop", test_result);
    g_test_add_func("/qmp/await/call-waits-for-return", test_call_waits_for_return);
    g_test_add_func("/qmp/await/many-threads-at-once", test_many_threads);
    return g_test_run();
}
