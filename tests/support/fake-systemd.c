/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-systemd.h"

#include "loop-thread.h"

#define NAME      "org.freedesktop.systemd1"
#define PATH      "/org/freedesktop/systemd1"
#define UNIT_PATH PATH "/unit/firn"

static const char interfaces[] =
    "<node>"
    "<interface name='org.freedesktop.systemd1.Manager'>"
    "<method name='StartTransientUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a(sv)' direction='in'/><arg type='a(sa(sv))' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='GetUnit'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='KillUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='i' direction='in'/></method>"
    "<property name='Version' type='s' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.systemd1.Unit'>"
    "<property name='ActiveState' type='s' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.systemd1.Service'>"
    "<property name='ExecMainCode' type='i' access='read'/>"
    "<property name='ExecMainStatus' type='i' access='read'/>"
    "</interface>"
    "</node>";

struct FirnTestFakeSystemd {
    GDBusConnection *connection; /* (owned) */
    GMutex mutex;                /* guards the following */
    char *version;               /* (owned) */
    char *error_name;            /* (owned) (nullable) */
    char *active;                /* (owned) */
    char *asked;                 /* (owned) */
    gint32 code;
    gint32 status;
};

static void
on_call(GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface,
        const char *method,
        GVariant *parameters,
        GDBusMethodInvocation *invocation,
        gpointer user_data)
{
    FirnTestFakeSystemd *self = user_data;
    g_autofree char *arguments = g_variant_print(parameters, FALSE);
    gboolean starts = g_str_equal(method, "StartTransientUnit");

    g_mutex_lock(&self->mutex);
    if (!g_str_equal(method, "GetUnit")) {
        g_free(self->asked);
        self->asked = g_strconcat(method, arguments, NULL);
    }
    if (starts && self->error_name != NULL)
        g_dbus_method_invocation_return_dbus_error(invocation, self->error_name, "not here");
    else if (g_str_equal(method, "KillUnit"))
        g_dbus_method_invocation_return_value(invocation, NULL);
    else
        g_dbus_method_invocation_return_value(
            invocation,
            g_variant_new("(o)", starts ? PATH "/job/1" : UNIT_PATH));
    g_mutex_unlock(&self->mutex);
}

static GVariant *
on_get(GDBusConnection *connection,
       const char *sender,
       const char *path,
       const char *interface,
       const char *property,
       GError **error,
       gpointer user_data)
{
    FirnTestFakeSystemd *self = user_data;
    GVariant *value;

    g_mutex_lock(&self->mutex);
    if (g_str_equal(property, "Version"))
        value = g_variant_new_string(self->version);
    else if (g_str_equal(property, "ActiveState"))
        value = g_variant_new_string(self->active);
    else
        value =
            g_variant_new_int32(g_str_equal(property, "ExecMainCode") ? self->code : self->status);
    g_mutex_unlock(&self->mutex);
    return value;
}

static const GDBusInterfaceVTable vtable = {.method_call = on_call, .get_property = on_get};

/* Runs on the main loop, whose context handles the calls. */
static void
register_objects(gpointer user_data)
{
    FirnTestFakeSystemd *self = user_data;
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(interfaces, NULL);

    g_assert_nonnull(node);
    for (guint i = 0; node->interfaces[i] != NULL; i++)
        g_assert_cmpuint(g_dbus_connection_register_object(self->connection,
                                                           i == 0 ? PATH : UNIT_PATH,
                                                           node->interfaces[i],
                                                           &vtable,
                                                           self,
                                                           NULL,
                                                           NULL),
                         >,
                         0);
}

static void
own_name(FirnTestFakeSystemd *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(self->connection,
                                                            "org.freedesktop.DBus",
                                                            "/org/freedesktop/DBus",
                                                            "org.freedesktop.DBus",
                                                            "RequestName",
                                                            g_variant_new("(su)", NAME, 0),
                                                            G_VARIANT_TYPE("(u)"),
                                                            G_DBUS_CALL_FLAGS_NONE,
                                                            -1,
                                                            NULL,
                                                            &error);

    g_assert_no_error(error);
    g_assert_nonnull(reply);
}

FirnTestFakeSystemd *
firn_test_fake_systemd_new(const char *address, const char *version)
{
    FirnTestFakeSystemd *self = g_new0(FirnTestFakeSystemd, 1);
    g_autoptr(GError) error = NULL;

    g_mutex_init(&self->mutex);
    self->version = g_strdup(version);
    self->active = g_strdup("active");
    self->asked = g_strdup("");
    self->connection =
        g_dbus_connection_new_for_address_sync(address,
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL,
                                               NULL,
                                               &error);
    g_assert_no_error(error);
    firn_test_loop_thread_call(register_objects, self);
    own_name(self);
    return self;
}

void
firn_test_fake_systemd_refuse(FirnTestFakeSystemd *self, const char *error_name)
{
    g_mutex_lock(&self->mutex);
    g_free(self->error_name);
    self->error_name = g_strdup(error_name);
    g_mutex_unlock(&self->mutex);
}

void
firn_test_fake_systemd_set_state(FirnTestFakeSystemd *self,
                                 const char *active,
                                 gint32 code,
                                 gint32 status)
{
    g_mutex_lock(&self->mutex);
    g_free(self->active);
    self->active = g_strdup(active);
    self->code = code;
    self->status = status;
    g_mutex_unlock(&self->mutex);
}

char *
firn_test_fake_systemd_dup_asked(FirnTestFakeSystemd *self)
{
    char *asked;

    g_mutex_lock(&self->mutex);
    asked = g_strdup(self->asked);
    g_mutex_unlock(&self->mutex);
    return asked;
}

static void
close_connection(gpointer user_data)
{
    FirnTestFakeSystemd *self = user_data;

    g_dbus_connection_close_sync(self->connection, NULL, NULL);
    g_clear_object(&self->connection);
}

void
firn_test_fake_systemd_free(FirnTestFakeSystemd *self)
{
    if (self == NULL)
        return;
    firn_test_loop_thread_call(close_connection, self);
    g_mutex_clear(&self->mutex);
    g_free(self->version);
    g_free(self->error_name);
    g_free(self->active);
    g_free(self->asked);
    g_free(self);
}
