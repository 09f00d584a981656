/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-channel.h"

#include <libvirt/virterror.h>

#include "loop-thread.h"
#include "qmp-error.h"
#include "slow-libvirt.h"

#define URI         "test:///default" /* one domain, "test", of this UUID */
#define UUID        "6695eb01-f6a4-8304-79aa-97f2502e193f"
#define DEADLINE_MS 60000
/* How long a wrong program gets to do the wrong thing; a correct one never waits for it. */
#define CHANCE_US (100 * 1000)

typedef struct {
    FirnTestLoopThread *loop;
    FirnLibvirtConnection *link;
    FirnSendOrder *order;
    FirnLibvirtChannel *channel; /* (owned) (nullable) */
    GAsyncQueue *news;           /* "opened", "gone" */
} Fixture;

static void
on_opened(FirnLibvirtConnection *link, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("opened"));
}

static void
on_gone(gpointer data, GObject *channel)
{
    g_async_queue_push(data, g_strdup("gone"));
}

static void
make_link(gpointer data)
{
    Fixture *fixture = data;

    fixture->link = firn_libvirt_connection_new(URI);
    g_signal_connect(fixture->link, "opened", G_CALLBACK(on_opened), fixture);
    firn_libvirt_connection_start(fixture->link);
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_pop(fixture->news);

    g_assert_cmpstr(news, ==, expected);
}

static void
set_up(Fixture *fixture, gconstpointer peer)
{
    firn_slow_libvirt_reset();
    fixture->loop = firn_test_loop_thread_start();
    fixture->news = g_async_queue_new_full(g_free);
    fixture->order = firn_send_order_new(0);
    firn_test_loop_thread_call(make_link, fixture);
    assert_news(fixture, "opened");
    fixture->channel =
        firn_libvirt_channel_new(fixture->link, UUID, GPOINTER_TO_INT(peer), fixture->order);
    g_object_weak_ref(G_OBJECT(fixture->channel), on_gone, fixture->news);
}

static void
close_channel(gpointer data)
{
    Fixture *fixture = data;

    firn_channel_close(FIRN_CHANNEL(fixture->channel));
    g_clear_object(&fixture->channel);
}

/* Returns when no thread of the channel is left. */
static void
wait_for_threads(Fixture *fixture)
{
    firn_test_loop_thread_call(close_channel, fixture);
    assert_news(fixture, "gone");
}

static void
stop_link(gpointer data)
{
    firn_libvirt_connection_stop(((Fixture *)data)->link);
}

static void
drop_link(gpointer data)
{
    g_clear_object(&((Fixture *)data)->link);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    if (fixture->channel != NULL)
        wait_for_threads(fixture);
    firn_test_loop_thread_call(stop_link, fixture);
    firn_test_loop_thread_call(drop_link, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    firn_send_order_unref(fixture->order);
    g_async_queue_unref(fixture->news);
}

/* A thread that sends one command. */
typedef struct {
    Fixture *fixture;
    const char *command;
    GCancellable *cancellable;
    GError *error;
    GThread *thread;
} Caller;

static gpointer
call_in_thread(gpointer data)
{
    Caller *caller = data;
    g_autoptr(JsonNode) reply = firn_channel_call(FIRN_CHANNEL(caller->fixture->channel),
                                                  caller->command,
                                                  NULL,
                                                  DEADLINE_MS,
                                                  caller->cancellable,
                                                  &caller->error);

    return NULL;
}

static void
begin(Caller *caller, Fixture *fixture, const char *command)
{
    *caller = (Caller){fixture, command, g_cancellable_new(), NULL, NULL};
    caller->thread = g_thread_new("job", call_in_thread, caller);
}

static void
end(Caller *caller)
{
    g_thread_join(caller->thread);
    g_object_unref(caller->cancellable);
}

static void
give_up(Caller *caller)
{
    g_cancellable_cancel(caller->cancellable);
    end(caller);
    g_assert_error(caller->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&caller->error);
}

static void
call(Fixture *fixture, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_channel_call(FIRN_CHANNEL(fixture->channel), command, NULL, DEADLINE_MS, NULL, &error);

    g_assert_no_error(error);
}

static void
assert_log(const char *expected)
{
    g_autofree char *log = firn_slow_libvirt_dup_log();

    g_assert_cmpstr(log, ==, expected);
}

/* The link's own connection is open; the first call opens another one. */
static void
give_up_while_connecting(Fixture *fixture, const char *command)
{
    Caller caller;

    firn_slow_libvirt_shut("open");
    begin(&caller, fixture, command);
    firn_slow_libvirt_wait_arrived("open");
    give_up(&caller);
    firn_slow_libvirt_open("open");
}

static void
test_freeze_given_up_while_connecting(Fixture *fixture, gconstpointer unused)
{
    give_up_while_connecting(fixture, "guest-fsfreeze-freeze");
    call(fixture, "guest-fsfreeze-thaw");
    g_assert_true(firn_send_order_is_sure(fixture->order));
    wait_for_threads(fixture);
    assert_log("thaw");
}

static void
test_stop_given_up_while_connecting(Fixture *fixture, gconstpointer unused)
{
    give_up_while_connecting(fixture, "stop");
    wait_for_threads(fixture);
    assert_log("");
}

static void
test_closed_while_connecting(Fixture *fixture, gconstpointer unused)
{
    Caller caller;

    firn_slow_libvirt_shut("open");
    begin(&caller, fixture, "guest-fsfreeze-freeze");
    firn_slow_libvirt_wait_arrived("open");
    firn_test_loop_thread_call(close_channel, fixture);
    end(&caller);
    g_assert_error(caller.error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
    g_clear_error(&caller.error);
    firn_slow_libvirt_open("open");
    assert_news(fixture, "gone");
    assert_log("");
}

/* libvirt still executes a freeze that was cancelled: a thaw that overtook it would prove
 * nothing. */
static void
test_thaw_comes_after_a_late_freeze(Fixture *fixture, gconstpointer unused)
{
    Caller freeze, thaw;
    g_autofree char *early = NULL;

    firn_slow_libvirt_shut("freeze");
    begin(&freeze, fixture, "guest-fsfreeze-freeze");
    firn_slow_libvirt_wait_arrived("freeze");
    give_up(&freeze);
    g_assert_false(firn_send_order_is_sure(fixture->order));
    begin(&thaw, fixture, "guest-fsfreeze-thaw");
    early = g_async_queue_timeout_pop(fixture->news, CHANCE_US);
    g_assert_cmpuint(firn_slow_libvirt_count("thaw"), ==, 0);
    firn_slow_libvirt_open("freeze");
    end(&thaw);
    g_assert_no_error(thaw.error);
    assert_log("freeze thaw");
    g_assert_true(firn_send_order_is_sure(fixture->order));
}

static void
test_resume_comes_after_a_late_stop(Fixture *fixture, gconstpointer unused)
{
    Caller stop, resume;
    g_autofree char *early = NULL;

    firn_slow_libvirt_shut("stop");
    begin(&stop, fixture, "stop");
    firn_slow_libvirt_wait_arrived("stop");
    give_up(&stop);
    begin(&resume, fixture, "cont");
    early = g_async_queue_timeout_pop(fixture->news, CHANCE_US);
    g_assert_cmpuint(firn_slow_libvirt_count("monitor"), ==, 0);
    firn_slow_libvirt_open("stop");
    end(&resume);
    g_assert_no_error(resume.error);
    assert_log("stop monitor");
}

/* Each retry of a thaw behind a freeze that hangs ends with its caller, including its thread. */
static void
test_retries_pile_up_nothing(Fixture *fixture, gconstpointer unused)
{
    Caller freeze, thaw;

    firn_slow_libvirt_shut("freeze");
    begin(&freeze, fixture, "guest-fsfreeze-freeze");
    firn_slow_libvirt_wait_arrived("freeze");
    give_up(&freeze);
    for (guint i = 0; i < 3; i++) {
        begin(&thaw, fixture, "guest-fsfreeze-thaw");
        give_up(&thaw);
    }
    firn_slow_libvirt_open("freeze");
    wait_for_threads(fixture);
    assert_log("freeze");
}

/* libvirtd accepts no connection: each retry leaves its thread in virConnectOpen(). */
static void
test_no_thread_for_each_retry(Fixture *fixture, gconstpointer unused)
{
    Caller callers[20];

    firn_slow_libvirt_shut("open");
    for (guint i = 0; i < G_N_ELEMENTS(callers); i++)
        begin(&callers[i], fixture, "guest-fsfreeze-thaw");
    while (firn_slow_libvirt_count_waiting("open") < 16)
        g_thread_yield();
    for (guint i = 0; i < G_N_ELEMENTS(callers); i++)
        g_cancellable_cancel(callers[i].cancellable);
    for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
        end(&callers[i]);
        g_assert_nonnull(callers[i].error);
        g_clear_error(&callers[i].error);
    }
    g_assert_cmpuint(firn_slow_libvirt_count_waiting("open"), ==, 16);
    firn_slow_libvirt_open("open");
}

static void
assert_refused(Fixture *fixture, const char *words, int code)
{
    g_autoptr(JsonNode) reply = NULL;
    g_autoptr(GError) error = NULL;

    firn_slow_libvirt_fail("freeze", VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR);
    firn_slow_libvirt_say(words);
    reply = firn_channel_call(FIRN_CHANNEL(fixture->channel),
                              "guest-fsfreeze-freeze",
                              NULL,
                              DEADLINE_MS,
                              NULL,
                              &error);
    g_assert_null(reply);
    g_assert_error(error, FIRN_QMP_ERROR, code);
}

/* libvirt drops the class of the agent's error. The agent of a frozen guest also answers
 * "disabled". */
static void
test_disabled_is_no_refusal(Fixture *fixture, gconstpointer unused)
{
    assert_refused(fixture,
                   "internal error: unable to execute QEMU agent command 'guest-fsfreeze-freeze': "
                   "Command guest-fsfreeze-freeze has been disabled",
                   FIRN_QMP_ERROR_BLOCKED);
    assert_refused(fixture,
                   "internal error: unable to execute QEMU agent command 'guest-fsfreeze-freeze': "
                   "failed to freeze /",
                   FIRN_QMP_ERROR_REFUSED);
    assert_log("");
}

static void
test_busy_is_tried_again(Fixture *fixture, gconstpointer unused)
{
    firn_slow_libvirt_fail("freeze", VIR_FROM_QEMU, VIR_ERR_OPERATION_TIMEOUT);
    call(fixture, "guest-fsfreeze-freeze");
    assert_log("freeze");
}

static void
test_busy_is_not_tried_for_nobody(Fixture *fixture, gconstpointer unused)
{
    Caller freeze;

    firn_slow_libvirt_shut("freeze");
    firn_slow_libvirt_fail("freeze", VIR_FROM_QEMU, VIR_ERR_OPERATION_TIMEOUT);
    begin(&freeze, fixture, "guest-fsfreeze-freeze");
    firn_slow_libvirt_wait_arrived("freeze");
    give_up(&freeze);
    firn_slow_libvirt_open("freeze");
    wait_for_threads(fixture);
    assert_log("");
    g_assert_true(firn_send_order_is_sure(fixture->order));
}

/* The connection was lost during a freeze: libvirtd may have read the call. */
static void
test_lost_until_libvirt_answers(Fixture *fixture, gconstpointer unused)
{
    Caller freeze;

    firn_slow_libvirt_fail("freeze", VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR);
    begin(&freeze, fixture, "guest-fsfreeze-freeze");
    end(&freeze);
    g_assert_nonnull(freeze.error);
    g_clear_error(&freeze.error);
    g_assert_false(firn_send_order_is_sure(fixture->order));
    call(fixture, "guest-fsfreeze-thaw");
    g_assert_true(firn_send_order_is_sure(fixture->order));
}

static void
add(const char *path, FirnLibvirtPeer peer, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, GINT_TO_POINTER(peer), set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/libvirt-channel/given-up/freeze-while-connecting-is-never-sent",
        FIRN_LIBVIRT_PEER_AGENT,
        test_freeze_given_up_while_connecting);
    add("/vm/libvirt-channel/given-up/stop-while-connecting-is-never-sent",
        FIRN_LIBVIRT_PEER_MONITOR,
        test_stop_given_up_while_connecting);
    add("/vm/libvirt-channel/given-up/closed-while-connecting-is-never-sent",
        FIRN_LIBVIRT_PEER_AGENT,
        test_closed_while_connecting);
    add("/vm/libvirt-channel/order/thaw-comes-after-a-late-freeze",
        FIRN_LIBVIRT_PEER_AGENT,
        test_thaw_comes_after_a_late_freeze);
    add("/vm/libvirt-channel/order/resume-comes-after-a-late-stop",
        FIRN_LIBVIRT_PEER_MONITOR,
        test_resume_comes_after_a_late_stop);
    add("/vm/libvirt-channel/order/retries-pile-up-nothing",
        FIRN_LIBVIRT_PEER_AGENT,
        test_retries_pile_up_nothing);
    add("/vm/libvirt-channel/no-connection/retries-pile-up-nothing",
        FIRN_LIBVIRT_PEER_AGENT,
        test_no_thread_for_each_retry);
    add("/vm/libvirt-channel/disabled-is-no-refusal",
        FIRN_LIBVIRT_PEER_AGENT,
        test_disabled_is_no_refusal);
    add("/vm/libvirt-channel/busy/is-tried-again",
        FIRN_LIBVIRT_PEER_AGENT,
        test_busy_is_tried_again);
    add("/vm/libvirt-channel/busy/is-not-tried-for-nobody",
        FIRN_LIBVIRT_PEER_AGENT,
        test_busy_is_not_tried_for_nobody);
    add("/vm/libvirt-channel/lost/in-doubt-until-libvirt-answers",
        FIRN_LIBVIRT_PEER_AGENT,
        test_lost_until_libvirt_answers);
    return g_test_run();
}
