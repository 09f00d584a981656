/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include "snapshot-registry.h"

void
firn_record_plan(FirnCheck *check)
{
    for (guint i = 0; i < check->disks->len; i++) {
        const FirnDisk *disk = check->disks->pdata[i];

        firn_snapshot_add_disk(check->snapshot,
                               disk->target,
                               firn_disk_get_backend(disk),
                               disk->path,
                               disk->size_bytes);
    }
    firn_snapshot_note_file_systems(check->snapshot);
    check->snapshot->is_to_register =
        check->params->is_to_register && firn_snapshot_registry_is_there(check->params->vm);
}

gboolean
firn_record_snapshot(FirnCheck *check, GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(check->params->vm);
    FirnSnapshot *snapshot = check->snapshot;
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, error);

    snapshot->created_us = snapshot->evidence->cut_begin_us;
    return change != NULL && firn_catalogue_transaction_add(change, snapshot, error) &&
           firn_catalogue_commit(catalogue, change, error);
}

void
firn_record_host_hooks(FirnVm *vm, const char *uuid, GPtrArray *reports)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnCatalogueTransaction) change = NULL;

    if (reports->len == 0)
        return;
    change = firn_catalogue_begin(catalogue, &error);
    if (change == NULL ||
        !firn_catalogue_transaction_set_host_hooks(change, uuid, reports, &error) ||
        !firn_catalogue_commit(catalogue, change, &error))
        g_message("%s: what the host's hooks did is not in the record of snapshot %s: %s",
                  firn_vm_get_name(vm),
                  uuid,
                  error->message);
}
