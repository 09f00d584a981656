/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "firn-config.h"
#include "firnd-rig.h"

#define VM_PATH  FIRN_BUS_PATH "/vm/web1"
#define JOB_PATH FIRN_BUS_PATH "/job/7"

/* The command line against a process that owns firnd's name, and starts a job when the test says
 * so. Calls are answered in the connection's own thread. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    GAsyncQueue *starts;  /* (owned) (element-type GDBusMessage) calls that are to start a job */
    gint n_cancels;       /* atomic */
    GSubprocess *process; /* (owned) (nullable) firn */
} Fixture;

static void
answer(GDBusConnection *connection, GDBusMessage *call, GVariant *body)
{
    g_autoptr(GDBusMessage) reply = g_dbus_message_new_method_reply(call);

    if (body != NULL)
        g_dbus_message_set_body(reply, body);
    g_dbus_connection_send_message(connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

static GVariant *
describe(const char *path)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    if (g_str_equal(path, JOB_PATH)) {
        g_variant_dict_insert(&dict, "Id", "u", 7);
        g_variant_dict_insert(&dict, "State", "s", "in-progress");
        g_variant_dict_insert(&dict, "Phase", "s", "check");
    } else {
        g_variant_dict_insert(&dict, "Name", "s", "web1");
    }
    return g_variant_dict_end(&dict);
}

static void
emit(GDBusConnection *connection, const char *interface, const char *signal, GVariant *parameters)
{
    g_dbus_connection_emit_signal(connection, NULL, JOB_PATH, interface, signal, parameters, NULL);
}

static void
end_job(GDBusConnection *connection)
{
    const char *name = FIRN_BUS_NAME ".Error.Cancelled";
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "State", "s", "cancelled");
    g_variant_dict_insert(&dict, "ErrorName", "s", name);
    g_variant_dict_insert(&dict, "ErrorMessage", "s", "cancelled");
    g_variant_dict_insert_value(&dict, "Result", g_variant_new("a{sv}", NULL));
    emit(connection,
         "org.freedesktop.DBus.Properties",
         "PropertiesChanged",
         g_variant_new("(s@a{sv}as)", FIRN_BUS_NAME ".Job", g_variant_dict_end(&dict), NULL));
    emit(connection,
         FIRN_BUS_NAME ".Job",
         "Completed",
         g_variant_new("(sssa{sv})", "cancelled", name, "cancelled", NULL));
}

static GDBusMessage *
on_message(GDBusConnection *connection,
           GDBusMessage *message,
           gboolean is_incoming,
           gpointer user_data)
{
    Fixture *self = user_data;
    const char *member = g_dbus_message_get_member(message);

    if (!is_incoming || g_dbus_message_get_message_type(message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
        return message;
    if (g_str_equal(member, "LookupVM")) {
        answer(connection, message, g_variant_new("(o)", VM_PATH));
    } else if (g_str_equal(member, "GetAll")) {
        const char *path = g_dbus_message_get_path(message);

        answer(connection, message, g_variant_new("(@a{sv})", describe(path)));
    } else if (g_str_equal(member, "Cancel")) {
        g_atomic_int_inc(&self->n_cancels);
        answer(connection, message, NULL);
        end_job(connection);
    } else {
        g_async_queue_push(self->starts, g_object_ref(message));
    }
    g_object_unref(message);
    return NULL;
}

static void
set_up(Fixture *self, gconstpointer data)
{
    self->starts = g_async_queue_new_full(g_object_unref);
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_stand_in(self->firnd, on_message, self);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    g_clear_object(&self->process);
    firn_test_firnd_free(self->firnd);
    g_async_queue_unref(self->starts);
}

/* Returns what firnd is asked to do. */
static GDBusMessage *
begin(Fixture *self, const char *verb, const char *operand, const char *option)
{
    GDBusMessage *call;

    self->process = firn_test_firnd_run_async(self->firnd, verb, "web1", operand, option, NULL);
    call = g_async_queue_timeout_pop(self->starts, 30 * G_USEC_PER_SEC);
    g_assert_nonnull(call);
    return call;
}

static void
start_job(Fixture *self, GDBusMessage *call)
{
    answer(firn_test_firnd_get_connection(self->firnd), call, g_variant_new("(o)", JOB_PATH));
}

/* Not g_subprocess_send_signal(): that sends it from another thread, after the answer perhaps. */
static void
send_signal(Fixture *self, int number)
{
    g_assert_no_errno(kill(atoi(g_subprocess_get_identifier(self->process)), number));
}

static void
read_until(Fixture *self, const char *words)
{
    GInputStream *pipe = g_subprocess_get_stderr_pipe(self->process);
    g_autoptr(GString) text = g_string_new(NULL);
    char some[256];
    gssize n;

    while (strstr(text->str, words) == NULL) {
        n = g_input_stream_read(pipe, some, sizeof some, NULL, NULL);
        if (n <= 0)
            g_error("not \"%s\", but: %s", words, text->str);
        g_string_append_len(text, some, n);
    }
}

static void
assert_interrupted(Fixture *self, gint n_cancels)
{
    g_assert_true(g_subprocess_wait(self->process, NULL, NULL));
    g_assert_true(g_subprocess_get_if_exited(self->process));
    g_assert_cmpint(g_subprocess_get_exit_status(self->process), ==, 130);
    g_assert_cmpint(g_atomic_int_get(&self->n_cancels), ==, n_cancels);
}

typedef struct {
    const char *verb;
    const char *operand;
    const char *option;
    int signal;
} Case;

/* firn does not know of the job yet, and it is cancelled all the same. */
static void
test_before_the_answer(Fixture *self, gconstpointer data)
{
    const Case *one = data;
    g_autoptr(GDBusMessage) call = begin(self, one->verb, one->operand, one->option);

    send_signal(self, one->signal);
    start_job(self, call);
    read_until(self, "cancelling job 7");
    assert_interrupted(self, 1);
}

static void
test_never_answered(Fixture *self, gconstpointer data)
{
    g_autoptr(GDBusMessage) call = begin(self, "create", "a", NULL);

    send_signal(self, SIGINT);
    read_until(self, "waiting for firnd's answer");
    send_signal(self, SIGINT);
    read_until(self, "see: firn jobs");
    assert_interrupted(self, 0);
}

static void
say_absent(Fixture *self, GDBusMessage *call)
{
    g_autoptr(GDBusMessage) reply =
        g_dbus_message_new_method_error_literal(call,
                                                "org.freedesktop.DBus.Error.UnknownObject",
                                                "Object does not exist");

    g_dbus_connection_send_message(firn_test_firnd_get_connection(self->firnd),
                                   reply,
                                   G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                   NULL,
                                   NULL);
}

/* A machine file was replaced, and with it the VM's object. */
static void
test_replaced(Fixture *self, gconstpointer data)
{
    g_autoptr(GDBusMessage) call = begin(self, "create", "a", "--verbose");
    g_autoptr(GDBusMessage) again = NULL;

    say_absent(self, call);
    again = g_async_queue_timeout_pop(self->starts, 30 * G_USEC_PER_SEC);
    g_assert_nonnull(again);
    start_job(self, again);
    read_until(self, "job 7: check");
    send_signal(self, SIGTERM);
    assert_interrupted(self, 1);
}

static void
test_gone(Fixture *self, gconstpointer data)
{
    g_autoptr(GDBusMessage) call = begin(self, "create", "a", NULL);

    while (call != NULL) {
        say_absent(self, call);
        g_object_unref(call);
        call = g_async_queue_timeout_pop(self->starts, G_USEC_PER_SEC);
    }
    g_assert_true(g_subprocess_wait(self->process, NULL, NULL));
    g_assert_cmpint(g_subprocess_get_exit_status(self->process), ==, 3);
}

static void
test_while_waiting(Fixture *self, gconstpointer data)
{
    g_autoptr(GDBusMessage) call = begin(self, "create", "a", "--verbose");

    start_job(self, call);
    read_until(self, "job 7: check");
    send_signal(self, SIGTERM);
    assert_interrupted(self, 1);
}

static void
add(const char *path, const Case *data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    static const Case create = {"create", "a", NULL, SIGINT};
    static const Case ended = {"create", "a", NULL, SIGTERM};
    static const Case not_waited_for = {"create", "a", "--no-block", SIGINT};
    static const Case restore = {"restore", "a", NULL, SIGINT};
    static const Case forget = {"undo", "--forget", NULL, SIGINT};
    static const Case thaw = {"thaw", NULL, NULL, SIGINT};
    static const Case verify = {"verify", NULL, NULL, SIGINT};

    g_test_init(&argc, &argv, NULL);
    add("/cli/job-call/before-the-answer/create", &create, test_before_the_answer);
    add("/cli/job-call/before-the-answer/terminated", &ended, test_before_the_answer);
    add("/cli/job-call/before-the-answer/no-block", &not_waited_for, test_before_the_answer);
    add("/cli/job-call/before-the-answer/restore", &restore, test_before_the_answer);
    add("/cli/job-call/before-the-answer/forget", &forget, test_before_the_answer);
    add("/cli/job-call/before-the-answer/thaw", &thaw, test_before_the_answer);
    add("/cli/job-call/before-the-answer/verify", &verify, test_before_the_answer);
    add("/cli/job-call/never-answered", NULL, test_never_answered);
    add("/cli/job-call/replaced", NULL, test_replaced);
    add("/cli/job-call/gone", NULL, test_gone);
    add("/cli/job-call/while-waiting", NULL, test_while_waiting);
    return g_test_run();
}
