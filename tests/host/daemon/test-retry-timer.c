/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "retry-timer.h"

/* A clock that the test sets. */
static struct {
    guint seconds;        /* of the last timer */
    GSourceFunc function; /* NULL: none runs */
    gpointer data;
    guint n_armed;
} hands;

static guint
arm(guint seconds, GSourceFunc function, gpointer data)
{
    g_assert_null(hands.function);
    hands.seconds = seconds;
    hands.function = function;
    hands.data = data;
    return ++hands.n_armed;
}

static gboolean
disarm(guint id)
{
    g_assert_cmpuint(id, ==, hands.n_armed);
    hands.function = NULL;
    return TRUE;
}

static const FirnRetryClock by_hand = {arm, disarm};

static void
let_pass(void)
{
    GSourceFunc function = hands.function;

    g_assert_nonnull(function);
    hands.function = NULL;
    g_assert_false(function(hands.data));
}

static void
on_retry(gpointer count)
{
    (*(guint *)count)++;
}

static void
test_less_and_less(void)
{
    static const guint waits[] = {60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
    guint n_tried = 0;
    g_autoptr(FirnRetryTimer) timer = firn_retry_timer_new(on_retry, &n_tried, &by_hand);

    for (guint i = 0; i < G_N_ELEMENTS(waits); i++) {
        firn_retry_timer_run(timer);
        g_assert_cmpuint(hands.seconds, ==, waits[i]);
        g_assert_cmpuint(n_tried, ==, i);
        let_pass();
        g_assert_cmpuint(n_tried, ==, i + 1);
    }
}

/* A failure while the timer runs neither shortens nor lengthens the delay. */
static void
test_runs_already(void)
{
    guint n_tried = 0;
    g_autoptr(FirnRetryTimer) timer = firn_retry_timer_new(on_retry, &n_tried, &by_hand);

    firn_retry_timer_run(timer);
    firn_retry_timer_run(timer);
    let_pass();
    g_assert_cmpuint(n_tried, ==, 1);
    firn_retry_timer_run(timer);
    g_assert_cmpuint(hands.seconds, ==, 120);
}

static void
test_reset(void)
{
    guint n_tried = 0;
    g_autoptr(FirnRetryTimer) timer = firn_retry_timer_new(on_retry, &n_tried, &by_hand);

    firn_retry_timer_run(timer);
    let_pass();
    firn_retry_timer_run(timer);
    firn_retry_timer_reset(timer);
    g_assert_null(hands.function);
    firn_retry_timer_run(timer);
    g_assert_cmpuint(hands.seconds, ==, 60);
}

static void
test_freed(void)
{
    guint n_tried = 0;
    FirnRetryTimer *timer = firn_retry_timer_new(on_retry, &n_tried, &by_hand);

    firn_retry_timer_run(timer);
    firn_retry_timer_free(timer);
    g_assert_null(hands.function);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/retry-timer/less-and-less", test_less_and_less);
    g_test_add_func("/retry-timer/runs-already", test_runs_already);
    g_test_add_func("/retry-timer/reset", test_reset);
    g_test_add_func("/retry-timer/freed", test_freed);
    return g_test_run();
}
