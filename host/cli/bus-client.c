/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"

#include <string.h>

#include "exit-code.h"
#include "firn-config.h"

static GDBusConnection *
open_bus(const char *bus, GError **error)
{
    if (g_str_equal(bus, "system"))
        return g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, error);
    if (g_str_equal(bus, "session"))
        return g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
    return g_dbus_connection_new_for_address_sync(
        bus,
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL,
        NULL,
        error);
}

/* To the user every reason is the same: there is no bus. */
static gboolean
need_bus(FirnCli *cli, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (cli->connection != NULL)
        return TRUE;
    cli->connection = open_bus(cli->bus, &reason);
    if (cli->connection == NULL) {
        g_set_error(error,
                    G_IO_ERROR,
                    G_IO_ERROR_NOT_CONNECTED,
                    "cannot reach the bus %s: %s; name it with --bus",
                    cli->bus,
                    reason->message);
        return FALSE;
    }
    g_dbus_connection_set_exit_on_close(cli->connection, FALSE);
    return TRUE;
}

static GDBusProxyFlags
proxy_flags(FirnLoad load)
{
    switch (load) {
    case FIRN_LOAD_NOTHING:
        return G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
               G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS;
    case FIRN_LOAD_PROPERTIES:
        return G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS;
    case FIRN_LOAD_AND_FOLLOW:
    default:
        return G_DBUS_PROXY_FLAGS_NONE;
    }
}

/* Only errors of the bus and of firnd have exit codes; a time-out of GDBus needs this text. */
static void
explain_silence(GError **error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(*error);
    gboolean is_known = FALSE;

    if (name != NULL)
        firn_exit_from_name(name, &is_known);
    if (is_known)
        return;
    g_dbus_error_strip_remote_error(*error);
    (*error)->domain = G_IO_ERROR;
    (*error)->code = G_IO_ERROR_NOT_CONNECTED;
    g_prefix_error(error, "firnd does not answer: ");
}

/* GDBus does not say why it could not load an object's properties, so firn asks again. */
static gboolean
check_loaded(GDBusProxy *proxy, FirnLoad load, GError **error)
{
    g_auto(GStrv) names = g_dbus_proxy_get_cached_property_names(proxy);
    const char *interface = g_dbus_proxy_get_interface_name(proxy);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariantIter) properties = NULL;
    const char *name;
    GVariant *value;

    if (load == FIRN_LOAD_NOTHING || names != NULL)
        return TRUE;
    reply = g_dbus_connection_call_sync(g_dbus_proxy_get_connection(proxy),
                                        FIRN_BUS_NAME,
                                        g_dbus_proxy_get_object_path(proxy),
                                        "org.freedesktop.DBus.Properties",
                                        "GetAll",
                                        g_variant_new("(s)", interface),
                                        G_VARIANT_TYPE("(a{sv})"),
                                        G_DBUS_CALL_FLAGS_NONE,
                                        FIRN_CALL_TIMEOUT_MS,
                                        NULL,
                                        &failure);
    if (reply == NULL) {
        explain_silence(&failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    g_variant_get(reply, "(a{sv})", &properties);
    while (g_variant_iter_loop(properties, "{&sv}", &name, &value))
        g_dbus_proxy_set_cached_property(proxy, name, value);
    return TRUE;
}

/* Takes @proxy. */
static gpointer
pass_loaded(gpointer proxy, FirnLoad load, GError **error)
{
    if (proxy != NULL && !check_loaded(proxy, load, error))
        g_clear_object(&proxy);
    return proxy;
}

FirnDBusManager *
firn_client_manager(FirnCli *cli, FirnLoad load, GError **error)
{
    if (!need_bus(cli, error))
        return NULL;
    return pass_loaded(firn_dbus_manager_proxy_new_sync(cli->connection,
                                                        proxy_flags(load),
                                                        FIRN_BUS_NAME,
                                                        FIRN_BUS_PATH "/Manager",
                                                        NULL,
                                                        error),
                       load,
                       error);
}

GVariant *
firn_client_list_vms(FirnCli *cli, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, error);
    GVariant *vms = NULL;

    if (manager == NULL || !firn_dbus_manager_call_list_vms_sync(manager,
                                                                 FIRN_CALL_FLAGS,
                                                                 FIRN_CALL_TIMEOUT_MS,
                                                                 &vms,
                                                                 NULL,
                                                                 error))
        return NULL;
    return vms;
}

FirnDBusVM *
firn_client_vm_at(FirnCli *cli, const char *path, FirnLoad load, GError **error)
{
    return pass_loaded(firn_dbus_vm_proxy_new_sync(cli->connection,
                                                   proxy_flags(load),
                                                   FIRN_BUS_NAME,
                                                   path,
                                                   NULL,
                                                   error),
                       load,
                       error);
}

FirnDBusVM *
firn_client_vm(FirnCli *cli, const char *key, FirnLoad load, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, error);
    g_autofree char *path = NULL;

    if (manager == NULL || !firn_dbus_manager_call_lookup_vm_sync(manager,
                                                                  key,
                                                                  FIRN_CALL_FLAGS,
                                                                  FIRN_CALL_TIMEOUT_MS,
                                                                  &path,
                                                                  NULL,
                                                                  error))
        return NULL;
    return firn_client_vm_at(cli, path, load, error);
}

FirnDBusPolicy *
firn_client_policy_at(FirnCli *cli, const char *vm_path, FirnLoad load, GError **error)
{
    return pass_loaded(firn_dbus_policy_proxy_new_sync(cli->connection,
                                                       proxy_flags(load),
                                                       FIRN_BUS_NAME,
                                                       vm_path,
                                                       NULL,
                                                       error),
                       load,
                       error);
}

FirnDBusSnapshot *
firn_client_snapshot_at(FirnCli *cli, const char *path, FirnLoad load, GError **error)
{
    return pass_loaded(firn_dbus_snapshot_proxy_new_sync(cli->connection,
                                                         proxy_flags(load),
                                                         FIRN_BUS_NAME,
                                                         path,
                                                         NULL,
                                                         error),
                       load,
                       error);
}

FirnDBusSnapshot *
firn_client_snapshot(FirnCli *cli, FirnDBusVM *vm, const char *key, FirnLoad load, GError **error)
{
    g_autofree char *path = NULL;

    if (!firn_dbus_vm_call_lookup_snapshot_sync(vm,
                                                key,
                                                FIRN_CALL_FLAGS,
                                                FIRN_CALL_TIMEOUT_MS,
                                                &path,
                                                NULL,
                                                error))
        return NULL;
    return firn_client_snapshot_at(cli, path, load, error);
}

static gboolean
is_absent(const GError *error)
{
    return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
           g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
           g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE);
}

FirnDBusJob *
firn_client_job_at(FirnCli *cli, const char *path, FirnLoad load, GError **error)
{
    g_autoptr(GError) failure = NULL;
    FirnDBusJob *job;

    if (!need_bus(cli, error))
        return NULL;
    job = firn_dbus_job_proxy_new_sync(cli->connection,
                                       proxy_flags(load),
                                       FIRN_BUS_NAME,
                                       path,
                                       NULL,
                                       &failure);
    job = pass_loaded(job, load, &failure);
    if (is_absent(failure))
        g_set_error(error,
                    G_IO_ERROR,
                    G_IO_ERROR_NOT_FOUND,
                    "there is no job %s; firnd drops jobs five minutes after their end, "
                    "and failed creates after 24 hours",
                    strrchr(path, '/') + 1);
    else if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return job;
}

char *
firn_client_uuid_of(const char *path)
{
    const char *name = strrchr(path, '/') + 1;

    return g_strdelimit(g_strdup(*name == '_' ? name + 1 : name), "_", '-');
}

GVariant *
firn_client_properties(gpointer proxy)
{
    g_auto(GStrv) names = g_dbus_proxy_get_cached_property_names(proxy);
    GVariantBuilder properties;

    g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
    for (GStrv name = names; name != NULL && *name != NULL; name++) {
        g_autoptr(GVariant) value = g_dbus_proxy_get_cached_property(proxy, *name);

        g_variant_builder_add(&properties, "{sv}", *name, value);
    }
    return g_variant_ref_sink(g_variant_builder_end(&properties));
}
