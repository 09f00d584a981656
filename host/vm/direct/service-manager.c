/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service-manager.h"

#define NAME          "org.freedesktop.systemd1"
#define PATH          "/org/freedesktop/systemd1"
#define MANAGER       NAME ".Manager"
#define BOOTED        "/run/systemd/system"
#define CALL_MS       25000
#define VERSION_LEAST 250 /* ExitType=cgroup */

struct _FirnServiceManager {
    GDBusConnection *connection; /* (owned) */
    char *address;               /* (owned) */
};

static char *
dup_address(const char *bus)
{
    if (g_str_equal(bus, "session"))
        return g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    if (!g_str_equal(bus, "system"))
        return g_strdup(bus);
    /* A container may see the bus of its host, whose systemd cannot start processes in the
     * container. */
    return g_file_test(BOOTED, G_FILE_TEST_IS_DIR)
               ? g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, NULL)
               : NULL;
}

static GVariant *
call(GDBusConnection *connection,
     const char *path,
     const char *method,
     GVariant *parameters,
     const char *reply_type,
     GError **error)
{
    g_autofree char *interface = g_path_get_dirname(method);
    g_autofree char *member = g_path_get_basename(method);

    return g_dbus_connection_call_sync(connection,
                                       NAME,
                                       path,
                                       interface,
                                       member,
                                       parameters,
                                       G_VARIANT_TYPE(reply_type),
                                       G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                       CALL_MS,
                                       NULL,
                                       error);
}

GVariant *
firn_service_manager_call(FirnServiceManager *self,
                          const char *method,
                          GVariant *parameters,
                          const char *reply_type,
                          GError **error)
{
    g_autofree char *full = g_strconcat(MANAGER "/", method, NULL);

    return call(self->connection, PATH, full, parameters, reply_type, error);
}

static GVariant *
get(FirnServiceManager *self, const char *path, const char *interface, const char *property)
{
    g_autoptr(GVariant) reply = call(self->connection,
                                     path,
                                     "org.freedesktop.DBus.Properties/Get",
                                     g_variant_new("(ss)", interface, property),
                                     "(v)",
                                     NULL);
    GVariant *value = NULL;

    if (reply != NULL)
        g_variant_get(reply, "(v)", &value);
    return value;
}

GVariant *
firn_service_manager_get(FirnServiceManager *self,
                         const char *unit,
                         const char *interface,
                         const char *property,
                         const char *type)
{
    g_autofree char *full = g_strconcat(NAME ".", interface, NULL);
    g_autoptr(GVariant) value = get(self, unit, full, property);

    if (value == NULL || !g_variant_is_of_type(value, G_VARIANT_TYPE(type)))
        return NULL;
    return g_steal_pointer(&value);
}

/* "252.39-1~deb12u2", "v257". */
static gboolean
is_new_enough(FirnServiceManager *self)
{
    g_autoptr(GVariant) value = get(self, PATH, MANAGER, "Version");
    const char *version = value != NULL && g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)
                              ? g_variant_get_string(value, NULL)
                              : "";

    return g_ascii_strtoull(version + (*version == 'v'), NULL, 10) >= VERSION_LEAST;
}

FirnServiceManager *
firn_service_manager_new(const char *bus)
{
    g_autoptr(FirnServiceManager) self = g_new0(FirnServiceManager, 1);

    self->address = bus == NULL ? NULL : dup_address(bus);
    if (self->address == NULL)
        return NULL;
    self->connection =
        g_dbus_connection_new_for_address_sync(self->address,
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL,
                                               NULL,
                                               NULL);
    if (self->connection == NULL || !is_new_enough(self))
        return NULL;
    return g_steal_pointer(&self);
}

const char *
firn_service_manager_get_address(FirnServiceManager *self)
{
    return self->address;
}

gboolean
firn_service_manager_is_refusal(const GError *error)
{
    return g_dbus_error_is_remote_error(error) &&
           !g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) &&
           !g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT) &&
           !g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT) &&
           !g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED);
}

void
firn_service_manager_free(FirnServiceManager *self)
{
    if (self == NULL)
        return;
    if (self->connection != NULL)
        g_dbus_connection_close_sync(self->connection, NULL, NULL);
    g_clear_object(&self->connection);
    g_free(self->address);
    g_free(self);
}
