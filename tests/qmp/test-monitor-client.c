/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "monitor-client.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

static const FirnTestStep silence[] = {{0}};

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeMonitor *fake;
    FirnTestPeer *peer; /* (unowned) */
    const char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->fake = firn_test_fake_monitor_new(NULL, 1);
    fixture->peer = firn_test_fake_monitor_get_peer(fixture->fake);
    fixture->path = firn_test_peer_get_path(fixture->peer);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_monitor_free(fixture->fake);
    firn_test_loop_thread_stop(fixture->loop);
}

static FirnChannel *
open_monitor(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    FirnChannel *monitor = firn_test_open_monitor(fixture->path, &error);

    g_assert_no_error(error);
    return monitor;
}

static void
assert_not_opened(Fixture *fixture, FirnQmpError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_test_open_monitor(fixture->path, &error));
    g_assert_error(error, FIRN_QMP_ERROR, (int)code);
}

static void
assert_fails(FirnChannel *monitor, const char *command, guint deadline_ms, FirnQmpError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_channel_call(monitor, command, NULL, deadline_ms, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, (int)code);
}

/* A call from a thread of its own, as by another job. */
typedef struct {
    FirnChannel *monitor;
    const char *command;
    JsonNode *reply;
    GError *error;
    GThread *thread;
} Call;

static gpointer
run_call(gpointer data)
{
    Call *call = data;

    call->reply = firn_channel_call(call->monitor, call->command, NULL, 60000, NULL, &call->error);
    return NULL;
}

static void
begin_call(Fixture *fixture, Call *call)
{
    call->thread = g_thread_new("call", run_call, call);
    g_assert_true(firn_test_peer_wait_count(fixture->peer, call->command, 1, PATIENCE_MS));
}

static void
end_call(Call *call, const char *expected)
{
    g_thread_join(call->thread);
    if (expected != NULL) {
        g_assert_no_error(call->error);
        g_assert_cmpstr(json_node_get_string(call->reply), ==, expected);
    } else {
        g_assert_error(call->error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
    }
    g_clear_pointer(&call->reply, json_node_unref);
    g_clear_error(&call->error);
}

static void
test_negotiates(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);
    g_autofree char *commands = firn_test_peer_dup_commands(fixture->peer);

    g_assert_cmpstr(commands, ==, "@connected qmp_capabilities");
    firn_test_close_channel(monitor);
}

static void
test_nobody_there(Fixture *fixture, gconstpointer data)
{
    fixture->path = "/nonexistent/socket";
    assert_not_opened(fixture, FIRN_QMP_ERROR_CLOSED);
}

static void
test_second_client(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);

    assert_not_opened(fixture, FIRN_QMP_ERROR_BUSY);
    firn_test_close_channel(monitor);
}

static void
test_no_qemu(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep greeting[] = {{.text = data}, {0}};

    firn_test_peer_when(fixture->peer, FIRN_TEST_PEER_CONNECTED, 1, greeting);
    assert_not_opened(fixture, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_ends_while_opening(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep end[] = {{.hang_up = TRUE}, {0}};

    firn_test_peer_when(fixture->peer, data, 1, end);
    assert_not_opened(fixture, FIRN_QMP_ERROR_CLOSED);
}

static void
test_capabilities_refused(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->peer, "qmp_capabilities", 1, "no");
    assert_not_opened(fixture, FIRN_QMP_ERROR_REFUSED);
}

static void
test_answers_out_of_order(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep both[] = {
        {.text = "{\"return\": \"b\", \"id\": 3}\r\n{\"return\": \"a\", \"id\": 2}\r\n"},
        {0},
    };
    FirnChannel *monitor = open_monitor(fixture);
    Call a = {monitor, "first-command"};
    Call b = {monitor, "second-command"};

    firn_test_peer_when(fixture->peer, "first-command", 1, silence);
    firn_test_peer_when(fixture->peer, "second-command", 1, both);
    begin_call(fixture, &a);
    begin_call(fixture, &b);
    end_call(&a, "a");
    end_call(&b, "b");
    firn_test_close_channel(monitor);
}

static void
test_late_answer(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep late[] = {
        {.delay_ms = 200, .text = "{\"id\": $id, \"return\": \"late\"}\n"},
        {0              },
    };
    FirnChannel *monitor = open_monitor(fixture);
    g_autoptr(JsonNode) reply = NULL;

    firn_test_peer_when(fixture->peer, "query-uuid", 1, late);
    firn_test_answer(fixture->peer, "query-name", "\"right\"");
    assert_fails(monitor, "query-uuid", 50, FIRN_QMP_ERROR_DEADLINE);
    reply = firn_channel_call(monitor, "query-name", NULL, PATIENCE_MS, NULL, NULL);
    g_assert_cmpstr(json_node_get_string(reply), ==, "right");
    firn_test_close_channel(monitor);
}

static void
test_unknown_id(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep foreign[] = {
        {.text = "{\"return\": 1, \"id\": 99}\n{\"return\": 1}\n{\"return\": 1, \"id\": \"2\"}\n"},
        {.pass = TRUE},
        {0},
    };
    FirnChannel *monitor = open_monitor(fixture);
    g_autoptr(JsonNode) reply = NULL;

    firn_test_peer_when(fixture->peer, "query-status", 1, foreign);
    reply = firn_channel_call(monitor, "query-status", NULL, PATIENCE_MS, NULL, NULL);
    g_assert_true(JSON_NODE_HOLDS_OBJECT(reply));
    firn_test_close_channel(monitor);
}

static void
test_errors_by_class(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);

    firn_test_peer_fail(fixture->peer, "query-uuid", 1, "not now");
    assert_fails(monitor, "query-uuid", PATIENCE_MS, FIRN_QMP_ERROR_REFUSED);
    assert_fails(monitor, "no-such-command", PATIENCE_MS, FIRN_QMP_ERROR_NO_COMMAND);
    firn_test_close_channel(monitor);
}

static void
test_malformed(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep answer[] = {{.text = data}, {0}};
    FirnChannel *monitor = open_monitor(fixture);

    firn_test_peer_when(fixture->peer, "query-uuid", 1, answer);
    assert_fails(monitor, "query-uuid", PATIENCE_MS, FIRN_QMP_ERROR_MALFORMED);
    assert_fails(monitor, "query-uuid", PATIENCE_MS, FIRN_QMP_ERROR_CLOSED);
    firn_test_close_channel(monitor);
}

static void
count_closed(FirnChannel *monitor, gpointer count)
{
    g_atomic_int_inc((gint *)count);
}

static void
test_end_ends_all_calls(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);
    Call a = {monitor, "first-command"};
    Call b = {monitor, "second-command"};
    gint closed = 0;

    g_signal_connect(monitor, "closed", G_CALLBACK(count_closed), &closed);
    firn_test_peer_when(fixture->peer, "-command", 0, silence);
    begin_call(fixture, &a);
    begin_call(fixture, &b);
    firn_test_peer_hang_up(fixture->peer);
    end_call(&a, NULL);
    end_call(&b, NULL);
    firn_test_close_channel(monitor);
    g_assert_cmpint(g_atomic_int_get(&closed), ==, 1);
}

typedef struct {
    FirnChannel *monitor;
    gint closed;        /* how often "closed" was emitted */
    gint closed_before; /* the same when the call failed; -1: it has not */
} Order;

static void
note_order(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Order *order = user_data;

    g_assert_null(firn_channel_call_finish(FIRN_CHANNEL(source), result, NULL));
    g_atomic_int_set(&order->closed_before, g_atomic_int_get(&order->closed));
}

static void
call_in_order(gpointer data)
{
    Order *order = data;

    firn_channel_call_async(order->monitor, "first-command", NULL, 60000, NULL, note_order, order);
}

/* A job that learns of the end by its call may look at once at what "closed" changes. */
static void
test_tells_end_first(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);
    Order order = {monitor, 0, -1};

    g_signal_connect(monitor, "closed", G_CALLBACK(count_closed), &order.closed);
    firn_test_peer_when(fixture->peer, "first-command", 0, silence);
    firn_test_loop_thread_call(call_in_order, &order);
    g_assert_true(firn_test_peer_wait_count(fixture->peer, "first-command", 1, PATIENCE_MS));
    firn_test_peer_hang_up(fixture->peer);
    while (g_atomic_int_get(&order.closed_before) < 0)
        g_usleep(1000);
    g_assert_cmpint(order.closed_before, ==, 1);
    firn_test_close_channel(monitor);
}

static void
close_only(gpointer monitor)
{
    firn_channel_close(monitor);
}

static void
test_close_ends_calls(Fixture *fixture, gconstpointer data)
{
    FirnChannel *monitor = open_monitor(fixture);
    Call call = {monitor, "first-command"};

    firn_test_peer_when(fixture->peer, "first-command", 0, silence);
    begin_call(fixture, &call);
    firn_test_loop_thread_call(close_only, monitor);
    end_call(&call, NULL);
    firn_test_close_channel(monitor);
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    FirnChannel *monitor = open_monitor(fixture);

    firn_test_peer_when(fixture->peer, "query-uuid", 1, silence);
    g_timeout_add(50, cancel, cancellable);
    g_assert_null(firn_channel_call(monitor, "query-uuid", NULL, 60000, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    firn_test_close_channel(monitor);
}

static void
on_event(FirnChannel *monitor, const char *name, JsonObject *details, gpointer queue)
{
    g_async_queue_push(
        queue,
        g_strdup_printf("%s %s",
                        name,
                        details == NULL ? "-" : json_object_get_string_member(details, "reason")));
}

static void
assert_event(GAsyncQueue *queue, const char *expected)
{
    g_autofree char *event = g_async_queue_timeout_pop(queue, PATIENCE_MS * 1000);

    g_assert_cmpstr(event, ==, expected);
}

static void
test_events(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GAsyncQueue) queue = g_async_queue_new_full(g_free);
    FirnChannel *monitor = open_monitor(fixture);

    g_signal_connect(monitor, "event", G_CALLBACK(on_event), queue);
    firn_test_fake_monitor_emit(fixture->fake, "RESET", "{\"reason\": \"guest-reset\"}");
    firn_test_fake_monitor_emit(fixture->fake, "STOP", NULL);
    assert_event(queue, "RESET guest-reset");
    assert_event(queue, "STOP -");
    firn_test_close_channel(monitor);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer), gconstpointer data)
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/qmp/monitor-client/open/negotiates", test_negotiates, NULL);
    add("/qmp/monitor-client/open/nobody-there", test_nobody_there, NULL);
    add("/qmp/monitor-client/open/second-client-is-busy", test_second_client, NULL);
    add("/qmp/monitor-client/open/no-qemu", test_no_qemu, "SSH-2.0-OpenSSH_9.2\r\n");
    add("/qmp/monitor-client/open/ends-before-greeting",
        test_ends_while_opening,
        FIRN_TEST_PEER_CONNECTED);
    add("/qmp/monitor-client/open/ends-in-negotiation",
        test_ends_while_opening,
        "qmp_capabilities");
    add("/qmp/monitor-client/open/capabilities-refused", test_capabilities_refused, NULL);
    add("/qmp/monitor-client/call/answers-out-of-order", test_answers_out_of_order, NULL);
    add("/qmp/monitor-client/call/late-answer-is-ignored", test_late_answer, NULL);
    add("/qmp/monitor-client/call/unknown-id-is-ignored", test_unknown_id, NULL);
    add("/qmp/monitor-client/call/errors-by-class", test_errors_by_class, NULL);
    add("/qmp/monitor-client/call/malformed/no-json", test_malformed, "yes\n");
    add("/qmp/monitor-client/call/malformed/two-in-one",
        test_malformed,
        "{\"return\":1}{\"return\":2}\n");
    add("/qmp/monitor-client/call/end-of-qemu-ends-all", test_end_ends_all_calls, NULL);
    add("/qmp/monitor-client/call/end-is-told-first", test_tells_end_first, NULL);
    add("/qmp/monitor-client/call/close-ends-it", test_close_ends_calls, NULL);
    add("/qmp/monitor-client/call/cancelled", test_cancelled, NULL);
    add("/qmp/monitor-client/events", test_events, NULL);
    return g_test_run();
}
