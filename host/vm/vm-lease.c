/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-lease.h"

static gboolean
write_lease(FirnVm *self, gint64 since_us, gboolean is_stopped, GError **error)
{
    FirnStateDir *leases = firn_vm_get_leases(self);
    g_autoptr(FirnLease) lease = g_new0(FirnLease, 1);

    lease->vm_uuid = g_strdup(firn_vm_get_uuid(self));
    lease->vm_name = g_strdup(firn_vm_get_name(self));
    lease->since_us = since_us;
    lease->is_stopped = is_stopped;
    FIRN_VM_GET_CLASS(self)->fill_lease(self, lease);
    if (leases != NULL && !firn_lease_write(lease, leases, error))
        return FALSE;
    return TRUE;
}

static void
remove_lease(FirnVm *self, const char *what_is_well)
{
    FirnStateDir *leases = firn_vm_get_leases(self);
    g_autofree char *name = firn_lease_file_name(firn_vm_get_uuid(self));
    g_autoptr(GError) error = NULL;

    if (leases != NULL && !firn_state_dir_remove(leases, name, &error))
        g_warning("%s %s, but its lease cannot be removed: %s; remove the file",
                  firn_vm_get_name(self),
                  what_is_well,
                  error->message);
}

gboolean
firn_vm_lease_is_there(FirnVm *self)
{
    FirnStateDir *leases = firn_vm_get_leases(self);
    g_autofree char *name = firn_lease_file_name(firn_vm_get_uuid(self));

    return leases != NULL && firn_state_dir_has(leases, name);
}

gboolean
firn_vm_lease_take(FirnVm *self, gint64 since_us, GError **error)
{
    if (!write_lease(self, since_us, FALSE, error))
        return FALSE;
    firn_vm_set_frozen_since(self, since_us);
    return TRUE;
}

void
firn_vm_lease_end(FirnVm *self)
{
    remove_lease(self, "is thawed");
    firn_vm_set_frozen_since(self, 0);
}

gboolean
firn_vm_lease_take_stop(FirnVm *self, GError **error)
{
    return write_lease(self, g_get_real_time(), TRUE, error);
}

void
firn_vm_lease_end_stop(FirnVm *self)
{
    remove_lease(self, "is running");
}
