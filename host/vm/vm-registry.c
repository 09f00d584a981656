/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-registry.h"

#include "crash-point.h"

gboolean
firn_vm_registry_is_there(FirnVm *self)
{
    return FIRN_VM_GET_CLASS(self)->register_snapshot != NULL;
}

gboolean
firn_vm_registry_dup_definitions(FirnVm *self,
                                 char **out_definition,
                                 char **out_live,
                                 GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    *out_definition = NULL;
    *out_live = NULL;
    return klass->describe == NULL || klass->describe(self, out_definition, out_live, error);
}

gboolean
firn_vm_registry_describe(FirnVm *self, FirnSnapshot *snapshot, GError **error)
{
    return firn_vm_registry_dup_definitions(self,
                                            &snapshot->definition,
                                            &snapshot->live_definition,
                                            error);
}

gboolean
firn_vm_registry_add(FirnVm *self, const FirnSnapshot *snapshot, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    if (klass->register_snapshot == NULL || !snapshot->is_to_register)
        return TRUE;
    FIRN_CRASH_POINT("register: before");
    if (!klass->register_snapshot(self, snapshot, error))
        return FALSE;
    FIRN_CRASH_POINT("register: after");
    return TRUE;
}

gboolean
firn_vm_registry_remove(FirnVm *self, const FirnSnapshot *snapshot, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    if (klass->unregister_snapshot == NULL)
        return TRUE;
    FIRN_CRASH_POINT("unregister: before");
    if (!klass->unregister_snapshot(self, snapshot, error))
        return FALSE;
    FIRN_CRASH_POINT("unregister: after");
    return TRUE;
}

GStrv
firn_vm_registry_list(FirnVm *self, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    return klass->list_registered == NULL ? NULL : klass->list_registered(self, error);
}

GStrv
firn_vm_registry_list_line(FirnVm *self, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    return klass->list_line == NULL ? NULL : klass->list_line(self, error);
}

GPtrArray *
firn_vm_registry_list_others(FirnVm *self, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    return klass->list_others == NULL ? firn_listed_snapshots_new()
                                      : klass->list_others(self, error);
}

void
firn_vm_registry_mark(FirnVm *self)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);
    guint count = firn_catalogue_count(firn_vm_get_catalogue(self));
    g_autoptr(GError) error = NULL;

    if (klass->mark != NULL && !klass->mark(self, count, &error))
        g_message("%s: cannot write the number of its snapshots (%u) to its metadata: %s",
                  firn_vm_get_name(self),
                  count,
                  error->message);
}
