/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forget.h"

#include "delete-snapshot.h"

gboolean
firn_forget_snapshot(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));

    if (undo != NULL && g_str_equal(undo->snapshot->uuid, snapshot->uuid))
        return TRUE;
    return firn_delete_snapshot_check(vm, NULL, error) &&
           firn_delete_snapshot_run(vm, backend, snapshot, NULL, error);
}
