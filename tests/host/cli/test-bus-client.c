/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firn-config.h"
#include "firnd-rig.h"

#include <string.h>

/* The command line against a process that owns firnd's name, and answers every request for
 * properties with an error. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    FirnTestRun run;
} Fixture;

static GDBusMessage *
on_message(GDBusConnection *connection,
           GDBusMessage *message,
           gboolean is_incoming,
           gpointer error_name)
{
    g_autoptr(GDBusMessage) reply = NULL;

    if (!is_incoming || g_dbus_message_get_message_type(message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
        return message;
    reply = g_dbus_message_new_method_error(message, error_name, "no time for %s", "that");
    g_dbus_connection_send_message(connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
    g_object_unref(message);
    return NULL;
}

static void
set_up(Fixture *self, gconstpointer error_name)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_stand_in(self->firnd, on_message, (gpointer)error_name);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
}

static void
test_no_answer(Fixture *self, gconstpointer data)
{
    firn_test_firnd_run(self->firnd, &self->run, "job", "7", NULL);
    g_assert_cmpint(self->run.status, ==, 9);
    g_assert_nonnull(strstr(self->run.err, "no time for that"));
    g_assert_null(strstr(self->run.err, "there is no job"));
}

static void
test_forbidden(Fixture *self, gconstpointer data)
{
    firn_test_firnd_run(self->firnd, &self->run, "job", "7", NULL);
    g_assert_cmpint(self->run.status, ==, 4);
    g_assert_nonnull(strstr(self->run.err, "no time for that"));
}

static void
test_not_there(Fixture *self, gconstpointer data)
{
    firn_test_firnd_run(self->firnd, &self->run, "job", "7", NULL);
    g_assert_cmpint(self->run.status, ==, 3);
    g_assert_nonnull(strstr(self->run.err, "there is no job 7"));
}

static void
add(const char *path, const char *error_name, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, error_name, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/cli/bus-client/properties/no-answer",
        "org.freedesktop.DBus.Error.Failed",
        test_no_answer);
    add("/cli/bus-client/properties/no-reply",
        "org.freedesktop.DBus.Error.NoReply",
        test_no_answer);
    add("/cli/bus-client/properties/forbidden",
        "org.freedesktop.DBus.Error.AccessDenied",
        test_forbidden);
    add("/cli/bus-client/properties/not-there",
        "org.freedesktop.DBus.Error.UnknownObject",
        test_not_there);
    add("/cli/bus-client/properties/not-there-either",
        "org.freedesktop.DBus.Error.UnknownMethod",
        test_not_there);
    return g_test_run();
}
