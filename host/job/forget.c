/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forget.h"

#include "erase.h"
#include "step.h"

gboolean
firn_forget_snapshot(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));
    gboolean ok;

    if (undo != NULL && g_str_equal(undo->snapshot->uuid, snapshot->uuid))
        return TRUE;
    FIRN_STEP("forget: before the disks");
    ok = firn_erase_check(vm, NULL, error) &&
         firn_erase_snapshot(vm, backend, snapshot, NULL, error);
    FIRN_STEP("forget: after the disks");
    return ok;
}
