/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "waiter.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook-rig.h"

#define LONG_MS 20000

static void
test_timeout(FirnTestHookRig *rig, gconstpointer data)
{
    int64_t now_ms = firn_clock_ms();

    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, now_ms + 30), ==, FIRN_WAIT_TIMEOUT);
    g_assert_cmpint(firn_clock_ms(), >=, now_ms + 30);
}

/* Otherwise what is always readable would hold the guard without limit. */
static void
test_time_is_first(FirnTestHookRig *rig, gconstpointer data)
{
    int ends[2];

    g_assert_no_errno(pipe(ends));
    g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, ends[0], firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_WAIT_EVENT);
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, ends[0], firn_clock_ms()),
                    ==,
                    FIRN_WAIT_TIMEOUT);
    close(ends[0]);
    close(ends[1]);
}

static void
test_child(FirnTestHookRig *rig, gconstpointer data)
{
    pid_t child = fork();

    if (child == 0)
        _exit(3);
    while (waitpid(child, NULL, WNOHANG) == 0)
        g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                        ==,
                        FIRN_WAIT_EVENT);
    g_assert_false(rig->waiter.is_cancelled);
}

static void
test_abandoned(FirnTestHookRig *rig, gconstpointer data)
{
    pid_t child = fork();

    if (child == 0)
        _exit(3);
    firn_waiter_abandon(&rig->waiter, child);
    while (rig->waiter.n_abandoned > 0)
        g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                        ==,
                        FIRN_WAIT_EVENT);
    g_assert_cmpint(waitpid(child, NULL, WNOHANG), ==, -1);
}

static void
test_signal(FirnTestHookRig *rig, gconstpointer data)
{
    rig->waiter.is_cancellable = true;
    g_assert_no_errno(kill(getpid(), SIGTERM));
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_WAIT_CANCELLED);
    g_assert_true(rig->waiter.is_ending);
}

static void
test_client_ends(FirnTestHookRig *rig, gconstpointer data)
{
    int ends[2];

    g_assert_no_errno(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
    rig->waiter.client = ends[0];
    close(ends[1]);
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_WAIT_EVENT);
    g_assert_true(rig->waiter.is_cancelled);
    /* What cannot be cancelled waits on. */
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + 10),
                    ==,
                    FIRN_WAIT_TIMEOUT);
    rig->waiter.is_cancellable = true;
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_WAIT_CANCELLED);
    close(ends[0]);
}

static void
count(void *number)
{
    ++*(guint *)number;
}

static void
test_listener(FirnTestHookRig *rig, gconstpointer data)
{
    guint n_clients = 0;
    int ends[2];

    g_assert_no_errno(pipe(ends));
    g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
    rig->waiter.listener = ends[0];
    rig->waiter.on_client = count;
    rig->waiter.data = &n_clients;
    g_assert_cmpint(firn_waiter_wait(&rig->waiter, -1, firn_clock_ms() + LONG_MS),
                    ==,
                    FIRN_WAIT_EVENT);
    g_assert_cmpuint(n_clients, ==, 1);
    close(ends[0]);
    close(ends[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("waiter/timeout", test_timeout);
    FIRN_TEST_WITH_RIG("waiter/time-is-first", test_time_is_first);
    FIRN_TEST_WITH_RIG("waiter/child", test_child);
    FIRN_TEST_WITH_RIG("waiter/abandoned", test_abandoned);
    FIRN_TEST_WITH_RIG("waiter/signal", test_signal);
    FIRN_TEST_WITH_RIG("waiter/client-ends", test_client_ends);
    FIRN_TEST_WITH_RIG("waiter/listener", test_listener);
    return g_test_run();
}
