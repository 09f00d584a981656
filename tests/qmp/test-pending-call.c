/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pending-call.h"

#include "qmp-error.h"

/* These tests run the main loop themselves, in the test's own thread. */

typedef struct {
    GObject *channel; /* (owned) any object will do */
    GCancellable *cancellable;
    FirnPendingCall *call; /* (owned) until it has ended */
    guint given_up;
    guint ended;
    JsonNode *reply;
    GError *error;
} Fixture;

static Fixture *current; /* the give-up function gets the channel only */

static void
on_ended(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Fixture *fixture = user_data;

    fixture->ended++;
    g_assert_true(source == fixture->channel);
    fixture->reply = g_task_propagate_pointer(G_TASK(result), &fixture->error);
}

static void
on_give_up(FirnPendingCall *call, GError *reason, gpointer channel)
{
    g_assert_true(channel == current->channel);
    current->given_up++;
    firn_pending_call_fail(call, reason);
}

static void
begin(Fixture *fixture, guint deadline_ms)
{
    GTask *task = g_task_new(fixture->channel, fixture->cancellable, on_ended, fixture);

    g_task_set_check_cancellable(task, FALSE);
    fixture->call = firn_pending_call_new(task, "query-status", deadline_ms, on_give_up);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->channel = g_object_new(G_TYPE_OBJECT, NULL);
    fixture->cancellable = g_cancellable_new();
    current = fixture;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->channel);
    g_object_unref(fixture->cancellable);
    g_clear_pointer(&fixture->reply, json_node_unref);
    g_clear_error(&fixture->error);
}

static void
turn_until_ended(Fixture *fixture)
{
    while (fixture->ended == 0)
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(fixture->ended, ==, 1);
}

static void
test_answered(Fixture *fixture, gconstpointer data)
{
    begin(fixture, 60000);
    g_assert_cmpstr(firn_pending_call_get_command(fixture->call), ==, "query-status");
    firn_pending_call_return(fixture->call, json_node_new(JSON_NODE_NULL));
    turn_until_ended(fixture);
    g_assert_no_error(fixture->error);
    g_assert_nonnull(fixture->reply);
    g_assert_cmpuint(fixture->given_up, ==, 0);
}

static void
test_failed(Fixture *fixture, gconstpointer data)
{
    begin(fixture, 60000);
    firn_pending_call_fail(fixture->call,
                           g_error_new(FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED, "no"));
    turn_until_ended(fixture);
    g_assert_error(fixture->error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

static void
test_deadline(Fixture *fixture, gconstpointer data)
{
    begin(fixture, 20);
    turn_until_ended(fixture);
    g_assert_error(fixture->error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
    g_assert_cmpuint(fixture->given_up, ==, 1);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    begin(fixture, 60000);
    g_cancellable_cancel(fixture->cancellable);
    turn_until_ended(fixture);
    g_assert_error(fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint(fixture->given_up, ==, 1);
}

static void
test_cancelled_before(Fixture *fixture, gconstpointer data)
{
    g_cancellable_cancel(fixture->cancellable);
    begin(fixture, 60000);
    g_assert_cmpuint(fixture->given_up, ==, 0);
    turn_until_ended(fixture);
    g_assert_error(fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* After the reply, neither cancel nor deadline may end the call a second time. */
static void
test_ends_once(Fixture *fixture, gconstpointer data)
{
    begin(fixture, 1);
    g_cancellable_cancel(fixture->cancellable);
    firn_pending_call_return(fixture->call, json_node_new(JSON_NODE_NULL));
    turn_until_ended(fixture);
    g_assert_cmpuint(fixture->given_up, ==, 0);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/qmp/pending-call/answered", test_answered);
    add("/qmp/pending-call/failed", test_failed);
    add("/qmp/pending-call/deadline", test_deadline);
    add("/qmp/pending-call/cancelled", test_cancelled);
    add("/qmp/pending-call/cancelled-before-it-began", test_cancelled_before);
    add("/qmp/pending-call/ends-once", test_ends_once);
    return g_test_run();
}
