/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-registry.h"

#include "crash-point.h"

static const FirnSnapshotRegistry *
get_registry(FirnVm *vm)
{
    static const FirnSnapshotRegistry none = {NULL};
    const FirnSnapshotRegistry *registry = FIRN_VM_GET_CLASS(vm)->registry;

    return registry == NULL ? &none : registry;
}

gboolean
firn_snapshot_registry_is_there(FirnVm *vm)
{
    return FIRN_VM_GET_CLASS(vm)->registry != NULL;
}

gboolean
firn_snapshot_registry_dup_definitions(FirnVm *vm,
                                       char **out_definition,
                                       char **out_live,
                                       GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    *out_definition = NULL;
    *out_live = NULL;
    return registry->describe == NULL || registry->describe(vm, out_definition, out_live, error);
}

gboolean
firn_snapshot_registry_describe(FirnVm *vm, FirnSnapshot *snapshot, GError **error)
{
    return firn_snapshot_registry_dup_definitions(vm,
                                                  &snapshot->definition,
                                                  &snapshot->live_definition,
                                                  error);
}

gboolean
firn_snapshot_registry_add(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    if (registry->add == NULL || !snapshot->is_to_register)
        return TRUE;
    FIRN_CRASH_POINT("register: before");
    if (!registry->add(vm, snapshot, error))
        return FALSE;
    FIRN_CRASH_POINT("register: after");
    return TRUE;
}

gboolean
firn_snapshot_registry_remove(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    if (registry->remove == NULL)
        return TRUE;
    FIRN_CRASH_POINT("unregister: before");
    if (!registry->remove(vm, snapshot, error))
        return FALSE;
    FIRN_CRASH_POINT("unregister: after");
    return TRUE;
}

GStrv
firn_snapshot_registry_list(FirnVm *vm, GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    return registry->list == NULL ? NULL : registry->list(vm, error);
}

GStrv
firn_snapshot_registry_list_line(FirnVm *vm, GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    return registry->list_line == NULL ? NULL : registry->list_line(vm, error);
}

GPtrArray *
firn_snapshot_registry_list_others(FirnVm *vm, GError **error)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);

    return registry->list_others == NULL ? firn_listed_snapshots_new()
                                         : registry->list_others(vm, error);
}

void
firn_snapshot_registry_mark(FirnVm *vm)
{
    const FirnSnapshotRegistry *registry = get_registry(vm);
    guint count = firn_catalogue_count(firn_vm_get_catalogue(vm));
    g_autoptr(GError) error = NULL;

    if (registry->mark != NULL && !registry->mark(vm, count, &error))
        g_message("%s: cannot write the number of its snapshots (%u) to its metadata: %s",
                  firn_vm_get_name(vm),
                  count,
                  error->message);
}
