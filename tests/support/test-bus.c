/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bus.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>

#define LOOK_AGAIN_US 5000
#define PATIENCE_MS   10000

struct FirnTestBus {
    GSubprocess *daemon;         /* (owned) (nullable) */
    char *address;               /* (owned) */
    GDBusConnection *connection; /* (owned) (nullable) the test's own, once needed */
};

static const char configuration[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\" "
    "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
    "<busconfig><type>session</type><listen>unix:abstract=%s/bus</listen><auth>EXTERNAL</auth>"
    "<policy context=\"default\"><allow send_destination=\"*\"/><allow own=\"*\"/>"
    "<allow eavesdrop=\"true\"/><allow user=\"*\"/></policy></busconfig>";

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
launch(const char *option)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) error = NULL;
    GSubprocess *daemon;

    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
    daemon = g_subprocess_launcher_spawn(launcher,
                                         &error,
                                         "dbus-daemon",
                                         "--nofork",
                                         "--print-address",
                                         option,
                                         NULL);
    g_assert_no_error(error);
    return daemon;
}

FirnTestBus *
firn_test_bus_new(const char *folder)
{
    FirnTestBus *self = g_new0(FirnTestBus, 1);
    g_autofree char *path = g_build_filename(folder, "bus.conf", NULL);
    g_autofree char *text = g_strdup_printf(configuration, folder);
    g_autofree char *option = g_strconcat("--config-file=", path, NULL);
    g_autoptr(GDataInputStream) output = NULL;
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    self->daemon = launch(option);
    output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->daemon));
    self->address = g_data_input_stream_read_line(output, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(self->address);
    return self;
}

FirnTestBus *
firn_test_bus_new_of_others(const char *address)
{
    FirnTestBus *self = g_new0(FirnTestBus, 1);

    self->address = g_strdup(address);
    return self;
}

const char *
firn_test_bus_get_address(FirnTestBus *self)
{
    return self->address;
}

static GDBusConnection *
get_connection(FirnTestBus *self)
{
    g_autoptr(GError) error = NULL;

    if (self->connection == NULL)
        self->connection = g_dbus_connection_new_for_address_sync(
            self->address,
            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
            NULL,
            NULL,
            &error);
    g_assert_no_error(error);
    return self->connection;
}

GVariant *
firn_test_bus_call(FirnTestBus *self,
                   const char *name,
                   const char *path,
                   const char *interface,
                   const char *method,
                   GVariant *arguments,
                   GError **error)
{
    return g_dbus_connection_call_sync(get_connection(self),
                                       name,
                                       path,
                                       interface,
                                       method,
                                       arguments,
                                       NULL,
                                       G_DBUS_CALL_FLAGS_NONE,
                                       PATIENCE_MS,
                                       NULL,
                                       error);
}

gboolean
firn_test_bus_has_owner(FirnTestBus *self, const char *name)
{
    g_autoptr(GVariant) reply = firn_test_bus_call(self,
                                                   "org.freedesktop.DBus",
                                                   "/org/freedesktop/DBus",
                                                   "org.freedesktop.DBus",
                                                   "NameHasOwner",
                                                   g_variant_new("(s)", name),
                                                   NULL);
    gboolean has_owner = FALSE;

    g_assert_nonnull(reply);
    g_variant_get(reply, "(b)", &has_owner);
    return has_owner;
}

gboolean
firn_test_bus_wait_owner(FirnTestBus *self, const char *name, guint patience_s)
{
    gint64 end_us = g_get_monotonic_time() + patience_s * G_USEC_PER_SEC;

    while (!firn_test_bus_has_owner(self, name)) {
        if (g_get_monotonic_time() > end_us)
            return FALSE;
        g_usleep(LOOK_AGAIN_US);
    }
    return TRUE;
}

static void
end_daemon(FirnTestBus *self)
{
    g_subprocess_force_exit(self->daemon);
    g_subprocess_wait(self->daemon, NULL, NULL);
    g_object_unref(self->daemon);
}

void
firn_test_bus_leave_call(FirnTestBus *self,
                         const char *name,
                         const char *path,
                         const char *interface,
                         const char *method)
{
    g_dbus_connection_call(get_connection(self),
                           name,
                           path,
                           interface,
                           method,
                           g_variant_new("(a{sv})", NULL),
                           NULL,
                           G_DBUS_CALL_FLAGS_NONE,
                           G_MAXINT,
                           NULL,
                           NULL,
                           NULL);
    /* The bus handles the messages of one connection in their order. */
    firn_test_bus_has_owner(self, name);
}

void
firn_test_bus_free(FirnTestBus *self)
{
    if (self == NULL)
        return;
    if (self->connection != NULL)
        g_dbus_connection_close_sync(self->connection, NULL, NULL);
    g_clear_object(&self->connection);
    if (self->daemon != NULL)
        end_daemon(self);
    g_free(self->address);
    g_free(self);
}
