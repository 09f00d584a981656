/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"
#include "firn-bus.h"

/* Long, because polkit may ask the user for a password during a call. */
#define FIRN_CALL_FLAGS      G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION
#define FIRN_CALL_TIMEOUT_MS 120000

/**
 * FirnLoad:
 * @FIRN_LOAD_NOTHING: only methods are called
 * @FIRN_LOAD_PROPERTIES: its properties are read, once
 * @FIRN_LOAD_AND_FOLLOW: its properties are read and its signals are heard
 */
typedef enum {
    FIRN_LOAD_NOTHING,
    FIRN_LOAD_PROPERTIES,
    FIRN_LOAD_AND_FOLLOW,
} FirnLoad;

/**
 * firn_client_manager:
 * @load: how much of it is wanted
 *
 * Opens the bus if necessary; the bus starts firnd if it can.
 *
 * Returns: (transfer full): firnd's Manager
 */
FirnDBusManager *firn_client_manager(FirnCli *cli, FirnLoad load, GError **error);

/**
 * firn_client_list_vms:
 *
 * Returns: (transfer full): "a(oss)": path, UUID, name
 */
GVariant *firn_client_list_vms(FirnCli *cli, GError **error);

/**
 * firn_client_vm:
 * @key: a name or a UUID
 * @load: how much of it is wanted
 *
 * Returns: (transfer full): the VM
 */
FirnDBusVM *firn_client_vm(FirnCli *cli, const char *key, FirnLoad load, GError **error);

/**
 * firn_client_vm_at:
 * @path: its object path
 * @load: how much of it is wanted
 *
 * Returns: (transfer full): the VM
 */
FirnDBusVM *firn_client_vm_at(FirnCli *cli, const char *path, FirnLoad load, GError **error);

/**
 * firn_client_find_vms:
 * @keys: (array length=n_keys): names or UUIDs
 * @n_keys: 0: all VMs
 *
 * Returns: (transfer full) (array zero-terminated=1): object paths for firn_client_vm_at(); %NULL
 * with @error set if a VM does not exist
 */
GStrv firn_client_find_vms(FirnCli *cli, char **keys, guint n_keys, GError **error);

/**
 * firn_client_diagnose:
 * @proxy: (type GDBusProxy): a VM, or the Manager: the host
 *
 * Returns: (transfer full): "a(sssss)": word, severity, subject, message, remedy
 */
GVariant *firn_client_diagnose(gpointer proxy, GError **error);

/**
 * firn_client_policy_at:
 * @vm_path: the VM's object path
 * @load: how much of it is wanted
 *
 * Returns: (transfer full): the VM's policy
 */
FirnDBusPolicy *firn_client_policy_at(FirnCli *cli,
                                      const char *vm_path,
                                      FirnLoad load,
                                      GError **error);

/**
 * firn_client_snapshot:
 * @key: a name, a UUID or its beginning, "@current" ...
 * @load: how much of it is wanted
 *
 * Returns: (transfer full): the snapshot
 */
FirnDBusSnapshot *firn_client_snapshot(FirnCli *cli,
                                       FirnDBusVM *vm,
                                       const char *key,
                                       FirnLoad load,
                                       GError **error);

/**
 * firn_client_snapshot_at:
 * @path: its object path
 * @load: how much of it is wanted
 *
 * Returns: (transfer full): the snapshot
 */
FirnDBusSnapshot *firn_client_snapshot_at(FirnCli *cli,
                                          const char *path,
                                          FirnLoad load,
                                          GError **error);

/**
 * firn_client_is_absent:
 * @error: (nullable): of a call
 *
 * Returns: whether firnd has no such object, so that nothing was done
 */
gboolean firn_client_is_absent(const GError *error);

/**
 * firn_client_job_at:
 * @path: its object path
 * @load: how much of it is wanted
 *
 * Errors: %G_IO_ERROR_NOT_FOUND if there is no such job (any more).
 *
 * Returns: (transfer full): the job
 */
FirnDBusJob *firn_client_job_at(FirnCli *cli, const char *path, FirnLoad load, GError **error);

/**
 * firn_client_dup_snapshot_name:
 * @path: (nullable): object path of a snapshot; "/": none
 * @none: the answer if there is none
 *
 * Returns: (transfer full): the snapshot's name; its UUID if it is gone
 */
char *firn_client_dup_snapshot_name(FirnCli *cli, const char *path, const char *none);

/**
 * firn_client_uuid_of:
 * @path: object path of a VM or a snapshot
 *
 * Returns: (transfer full): its UUID; "" for "/"
 */
char *firn_client_uuid_of(const char *path);

/**
 * firn_client_properties:
 * @proxy: (type GDBusProxy): a loaded proxy
 *
 * Returns: (transfer full): "a{sv}": its properties
 */
GVariant *firn_client_properties(gpointer proxy);
