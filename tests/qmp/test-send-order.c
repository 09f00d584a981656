/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "send-order.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

static gint64
in_a_minute(void)
{
    return g_get_monotonic_time() + MINUTE_US;
}

static FirnSendPermit *
new_permit(FirnSendOrder *order)
{
    return firn_send_permit_new(order, TRUE, in_a_minute());
}

static void
test_awaited(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = new_permit(order);

    g_assert_true(firn_send_permit_use(permit));
}

static void
test_withdrawn(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = new_permit(order);

    g_assert_true(firn_send_permit_withdraw(permit));
    g_assert_false(firn_send_permit_use(permit));
    g_assert_true(firn_send_order_is_sure(order));
}

/* Even if the main loop's timer is late. */
static void
test_deadline_passed(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = firn_send_permit_new(order, TRUE, g_get_monotonic_time());

    g_assert_false(firn_send_permit_use(permit));
}

static void
test_next_one(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = new_permit(order);

    g_assert_true(firn_send_permit_use(permit));
    firn_send_permit_put_back(permit, FIRN_SEND_OUTCOME_ANSWERED);
    g_assert_false(firn_send_permit_recall(permit));
    g_assert_true(firn_send_permit_use(permit));
}

static void
test_not_sent_is_tried_again(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = new_permit(order);

    g_assert_true(firn_send_permit_use(permit));
    firn_send_permit_put_back(permit, FIRN_SEND_OUTCOME_NOT_SENT);
    g_assert_true(firn_send_permit_is_good(permit));
    g_assert_true(firn_send_permit_use(permit));
}

static void
test_not_sent_is_not_tried_for_nobody(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) permit = new_permit(order);

    g_assert_true(firn_send_permit_use(permit));
    g_assert_false(firn_send_permit_withdraw(permit));
    firn_send_permit_put_back(permit, FIRN_SEND_OUTCOME_NOT_SENT);
    g_assert_false(firn_send_permit_use(permit));
    g_assert_true(firn_send_order_is_sure(order));
}

typedef struct {
    FirnSendPermit *permit;
    GAsyncQueue *news; /* "begins", then "may" or "must not" */
} User;

static gpointer
use(gpointer data)
{
    User *user = data;

    g_async_queue_push(user->news, g_strdup("begins"));
    g_async_queue_push(user->news,
                       g_strdup(firn_send_permit_use(user->permit) ? "may" : "must not"));
    return NULL;
}

static void
assert_news(User *user, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(user->news, MINUTE_US);

    g_assert_cmpstr(news, ==, expected);
}

/* A thaw behind a freeze whose caller has given up. */
static void
test_waits_for_what_was_given_up(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) freeze = new_permit(order);
    g_autoptr(FirnSendPermit) thaw = new_permit(order);
    g_autoptr(GAsyncQueue) news = g_async_queue_new_full(g_free);
    User user = {thaw, news};
    GThread *thread;

    g_assert_true(firn_send_permit_use(freeze));
    g_assert_false(firn_send_permit_withdraw(freeze));
    g_assert_false(firn_send_order_is_sure(order));
    thread = g_thread_new("thaw", use, &user);
    assert_news(&user, "begins");
    g_assert_null(g_async_queue_try_pop(news));
    firn_send_permit_put_back(freeze, FIRN_SEND_OUTCOME_ANSWERED);
    assert_news(&user, "may");
    g_thread_join(thread);
    g_assert_true(firn_send_order_is_sure(order));
}

/* So that retries do not accumulate threads. */
static void
test_withdrawn_while_it_waits(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) freeze = new_permit(order);
    g_autoptr(FirnSendPermit) thaw = new_permit(order);
    g_autoptr(GAsyncQueue) news = g_async_queue_new_full(g_free);
    User user = {thaw, news};
    GThread *thread;

    g_assert_true(firn_send_permit_use(freeze));
    firn_send_permit_withdraw(freeze);
    thread = g_thread_new("thaw", use, &user);
    assert_news(&user, "begins");
    g_assert_true(firn_send_permit_withdraw(thaw));
    assert_news(&user, "must not");
    g_thread_join(thread);
}

/* A command whose caller waits delays no other: the carrier keeps their order itself. */
static void
test_does_not_wait_for_what_is_awaited(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) first = new_permit(order);
    g_autoptr(FirnSendPermit) second = new_permit(order);

    g_assert_true(firn_send_permit_use(first));
    g_assert_true(firn_send_permit_use(second));
}

static void
test_overtakes(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) shutdown = new_permit(order);
    g_autoptr(FirnSendPermit) destroy = new_permit(order);

    g_assert_true(firn_send_permit_use(shutdown));
    firn_send_permit_withdraw(shutdown);
    firn_send_permit_overtake(destroy);
    g_assert_true(firn_send_permit_use(destroy));
}

static void
test_recalled(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);
    g_autoptr(FirnSendPermit) early = new_permit(order);
    g_autoptr(FirnSendPermit) late = new_permit(order);

    g_assert_true(firn_send_permit_recall(early));
    g_assert_false(firn_send_permit_use(early));
    g_assert_true(firn_send_permit_use(late));
    g_assert_false(firn_send_permit_recall(late));
}

static void
send(FirnSendOrder *order, gboolean is_feared, FirnSendOutcome outcome)
{
    g_autoptr(FirnSendPermit) permit = firn_send_permit_new(order, is_feared, 0);

    g_assert_true(firn_send_permit_use(permit));
    firn_send_permit_put_back(permit, outcome);
}

static void
test_lost_is_in_doubt_until_heard(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(0);

    send(order, TRUE, FIRN_SEND_OUTCOME_LOST);
    g_assert_false(firn_send_order_is_sure(order));
    send(order, TRUE, FIRN_SEND_OUTCOME_ANSWERED);
    g_assert_true(firn_send_order_is_sure(order));
}

static void
test_lost_may_come_for_some_time(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(G_MAXUINT);

    send(order, TRUE, FIRN_SEND_OUTCOME_LOST);
    send(order, TRUE, FIRN_SEND_OUTCOME_ANSWERED);
    g_assert_false(firn_send_order_is_sure(order));
    firn_send_order_settle(order);
    g_assert_true(firn_send_order_is_sure(order));
}

static void
test_loss_without_harm_does_not_matter(void)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(G_MAXUINT);

    send(order, FALSE, FIRN_SEND_OUTCOME_LOST);
    g_assert_true(firn_send_order_is_sure(order));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/send-order/sends-for-who-waits", test_awaited);
    g_test_add_func("/qmp/send-order/never-sends-what-was-withdrawn", test_withdrawn);
    g_test_add_func("/qmp/send-order/never-sends-after-the-deadline", test_deadline_passed);
    g_test_add_func("/qmp/send-order/sends-the-next-one-while-somebody-waits", test_next_one);
    g_test_add_func("/qmp/send-order/tries-again-what-was-not-sent", test_not_sent_is_tried_again);
    g_test_add_func("/qmp/send-order/does-not-try-again-for-nobody",
                    test_not_sent_is_not_tried_for_nobody);
    g_test_add_func("/qmp/send-order/waits-for-what-was-given-up",
                    test_waits_for_what_was_given_up);
    g_test_add_func("/qmp/send-order/ends-the-waiting-of-what-is-withdrawn",
                    test_withdrawn_while_it_waits);
    g_test_add_func("/qmp/send-order/does-not-wait-for-what-is-awaited",
                    test_does_not_wait_for_what_is_awaited);
    g_test_add_func("/qmp/send-order/does-not-wait-for-what-it-ends", test_overtakes);
    g_test_add_func("/qmp/send-order/recalls-only-what-was-not-sent", test_recalled);
    g_test_add_func("/qmp/send-order/lost-is-in-doubt-until-the-carrier-answers",
                    test_lost_is_in_doubt_until_heard);
    g_test_add_func("/qmp/send-order/lost-may-come-for-some-time",
                    test_lost_may_come_for_some_time);
    g_test_add_func("/qmp/send-order/loss-without-harm-does-not-matter",
                    test_loss_without_harm_does_not_matter);
    return g_test_run();
}
