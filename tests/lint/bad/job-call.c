/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by job-call as host/cli/bad.c */
static void
plain(FirnDBusVM *vm, GVariant *options)
{
    firn_dbus_vm_call_create_snapshot_sync(vm, "", options, 0, -1, NULL, NULL, NULL);
}
