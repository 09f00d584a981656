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
static GError *
explain_failure(GError *failure)
{
    g_autofree char *name = g_dbus_error_get_remote_error(failure);
    g_autoptr(GError) owned = failure;
    gboolean is_known = FALSE;

    if (name != NULL)
        firn_exit_from_name(name, &is_known);
    if (is_known)
        return g_steal_pointer(&owned);
    g_dbus_error_strip_remote_error(owned);
    return g_error_new(G_IO_ERROR,
                       G_IO_ERROR_NOT_CONNECTED,
                       "firnd does not answer: %s; see: systemctl status firnd",
                       owned->message);
}

/* GDBus does not say why it could not load an object's properties, so firn asks again. */
static gboolean
check_loaded(GDBusProxy *proxy, FirnLoad load, GError **error)
{
    g_auto(GStrv) names = g_dbus_proxy_get_cached_property_names(proxy);
    const char *interface = g_dbus_proxy_get_interface_name(proxy);
    GError *failure = NULL;
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
        g_propagate_error(error, explain_failure(failure));
        return FALSE;
    }
    g_variant_get(reply, "(a{sv})", &properties);
    while (g_variant_iter_loop(properties, "{&sv}", &name, &value))
        g_dbus_proxy_set_cached_property(proxy, name, value);
    return TRUE;
}

/* Opens the bus if necessary. */
static gpointer
open_proxy(FirnCli *cli,
           GType type,
           const char *interface,
           const char *path,
           FirnLoad load,
           GError **error)
{
    g_autoptr(GDBusProxy) proxy = NULL;

    if (!need_bus(cli, error))
        return NULL;
    proxy = g_initable_new(type,
                           NULL,
                           error,
                           "g-connection",
                           cli->connection,
                           "g-flags",
                           proxy_flags(load),
                           "g-name",
                           FIRN_BUS_NAME,
                           "g-interface-name",
                           interface,
                           "g-object-path",
                           path,
                           NULL);
    if (proxy == NULL || !check_loaded(proxy, load, error))
        return NULL;
    return g_steal_pointer(&proxy);
}

FirnDBusManager *
firn_client_manager(FirnCli *cli, FirnLoad load, GError **error)
{
    return open_proxy(cli,
                      FIRN_DBUS_TYPE_MANAGER_PROXY,
                      FIRN_BUS_NAME ".Manager",
                      FIRN_BUS_PATH "/Manager",
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
    return open_proxy(cli, FIRN_DBUS_TYPE_VM_PROXY, FIRN_BUS_NAME ".VM", path, load, error);
}

static char *
find_vm(FirnCli *cli, const char *key, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, error);
    char *path = NULL;

    if (manager != NULL)
        firn_dbus_manager_call_lookup_vm_sync(manager,
                                              key,
                                              FIRN_CALL_FLAGS,
                                              FIRN_CALL_TIMEOUT_MS,
                                              &path,
                                              NULL,
                                              error);
    return path;
}

FirnDBusVM *
firn_client_vm(FirnCli *cli, const char *key, FirnLoad load, GError **error)
{
    g_autofree char *path = find_vm(cli, key, error);

    return path == NULL ? NULL : firn_client_vm_at(cli, path, load, error);
}

static GStrv
find_all_vms(FirnCli *cli, GError **error)
{
    g_autoptr(GVariant) vms = firn_client_list_vms(cli, error);
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();
    const char *path;

    for (gsize i = 0; vms != NULL && i < g_variant_n_children(vms); i++) {
        g_variant_get_child(vms, i, "(&o&s&s)", &path, NULL, NULL);
        g_strv_builder_add(paths, path);
    }
    return vms == NULL ? NULL : g_strv_builder_end(paths);
}

GStrv
firn_client_find_vms(FirnCli *cli, char **keys, guint n_keys, GError **error)
{
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();

    if (n_keys == 0)
        return find_all_vms(cli, error);
    for (guint i = 0; i < n_keys; i++) {
        g_autofree char *path = find_vm(cli, keys[i], error);

        if (path == NULL)
            return NULL;
        g_strv_builder_add(paths, path);
    }
    return g_strv_builder_end(paths);
}

GVariant *
firn_client_diagnose(gpointer proxy, GError **error)
{
    GVariant *findings = NULL;
    g_autoptr(GVariant) reply = g_dbus_proxy_call_sync(proxy,
                                                       "Diagnose",
                                                       g_variant_new("(a{sv})", NULL),
                                                       FIRN_CALL_FLAGS,
                                                       FIRN_CALL_TIMEOUT_MS,
                                                       NULL,
                                                       error);

    if (reply != NULL)
        g_variant_get(reply, "(@a(sssss))", &findings);
    return findings;
}

FirnDBusPolicy *
firn_client_policy_at(FirnCli *cli, const char *vm_path, FirnLoad load, GError **error)
{
    return open_proxy(cli,
                      FIRN_DBUS_TYPE_POLICY_PROXY,
                      FIRN_BUS_NAME ".Policy",
                      vm_path,
                      load,
                      error);
}

FirnDBusSnapshot *
firn_client_snapshot_at(FirnCli *cli, const char *path, FirnLoad load, GError **error)
{
    return open_proxy(cli,
                      FIRN_DBUS_TYPE_SNAPSHOT_PROXY,
                      FIRN_BUS_NAME ".Snapshot",
                      path,
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

gboolean
firn_client_is_absent(const GError *error)
{
    return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
           g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
           g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE);
}

FirnDBusJob *
firn_client_job_at(FirnCli *cli, const char *path, FirnLoad load, GError **error)
{
    g_autoptr(GError) failure = NULL;
    FirnDBusJob *job =
        open_proxy(cli, FIRN_DBUS_TYPE_JOB_PROXY, FIRN_BUS_NAME ".Job", path, load, &failure);

    if (firn_client_is_absent(failure))
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
firn_client_dup_snapshot_name(FirnCli *cli, const char *path, const char *none)
{
    g_autoptr(FirnDBusSnapshot) snapshot = NULL;

    if (g_strcmp0(path, "/") == 0)
        return g_strdup(none);
    snapshot = firn_client_snapshot_at(cli, path, FIRN_LOAD_PROPERTIES, NULL);
    if (snapshot == NULL || firn_dbus_snapshot_get_name(snapshot) == NULL)
        return firn_client_uuid_of(path);
    return firn_dbus_snapshot_dup_name(snapshot);
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
