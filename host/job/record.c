/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include "indication.h"
#include "vm-drift.h"

/* The disks are of a guest that ran otherwise than it would start again. What cannot be compared is
 * no news. */
static void
indicate_pending(FirnSnapshot *snapshot)
{
    g_auto(GStrv) pending =
        firn_vm_drift_list_pending(snapshot->definition, snapshot->live_definition, NULL);

    if (pending != NULL && pending[0] != NULL)
        firn_evidence_indicate(snapshot->evidence, FIRN_INDICATION_CONFIG_PENDING_RESTART);
}

gboolean
firn_record_plan(FirnCheck *check, GError **error)
{
    FirnVm *vm = check->params->vm;

    for (guint i = 0; i < check->disks->len; i++) {
        const FirnDisk *disk = check->disks->pdata[i];

        firn_snapshot_add_disk(check->snapshot,
                               disk->target,
                               firn_backend_get_name(check->params->backend),
                               disk->path,
                               disk->size_bytes);
    }
    check->snapshot->is_to_register = check->params->is_to_register && firn_vm_has_registry(vm);
    if (!firn_vm_describe(vm, check->snapshot, error))
        return FALSE;
    indicate_pending(check->snapshot);
    return TRUE;
}

gboolean
firn_record_snapshot(FirnCheck *check, GError **error)
{
    FirnSnapshot *snapshot = check->snapshot;

    snapshot->created_us = snapshot->evidence->cut_begin_us;
    return firn_catalogue_add(firn_vm_get_catalogue(check->params->vm), snapshot, error);
}
