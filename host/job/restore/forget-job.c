/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forget-job.h"

#include "delete-snapshot.h"
#include "host-error.h"
#include "intent-guard.h"

static FirnUndoPoint *
find(FirnVm *vm, GError **error)
{
    FirnUndoPoint *undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));

    if (undo == NULL)
        firn_host_error_set(error, FIRN_HOST_ERROR_NOT_FOUND, "there is no undo point");
    return undo;
}

gboolean
firn_forget_snapshot(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));

    if (undo != NULL && g_str_equal(undo->snapshot->uuid, snapshot->uuid))
        return TRUE;
    return firn_delete_snapshot_check(vm, NULL, error) &&
           firn_delete_snapshot_run(vm, backend, snapshot, NULL, error);
}

/* The record is removed first: a partly deleted undo point must not be restored. */
static gboolean
drop(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, error);

    if (change == NULL)
        return FALSE;
    firn_catalogue_transaction_forget_undo(change);
    return firn_catalogue_commit(catalogue, change, error) &&
           firn_forget_snapshot(vm, backend, snapshot, error);
}

static gboolean
forget(FirnJob *job, gpointer data, GError **error)
{
    FirnVm *vm = firn_job_get_vm(job);
    FirnBackend *backend = firn_job_get_backend(job);
    g_autoptr(FirnUndoPoint) undo = find(vm, error);
    g_autoptr(FirnIntentGuard) intent = NULL;
    g_autoptr(GError) failure = NULL;

    if (undo == NULL || !firn_delete_snapshot_check(vm, firn_job_get_cancellable(job), error) ||
        !firn_delete_snapshot_check_snapshot(vm, undo->snapshot, error) ||
        !firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "forget", 0.2);
    intent = firn_intent_guard_begin(vm, FIRN_INTENT_KIND_FORGET, undo->snapshot, error);
    if (intent == NULL)
        return FALSE;
    if (drop(vm, backend, undo->snapshot, &failure)) {
        firn_intent_guard_complete(intent);
        return TRUE;
    }
    firn_intent_guard_leave(intent, failure);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

FirnJob *
firn_forget_job_start(FirnJobs *jobs,
                      FirnVm *vm,
                      FirnBackend *backend,
                      guint started_by,
                      GError **error)
{
    const FirnJobRequest request = {
        .vm = vm,
        .backend = backend,
        .operation = "forget",
        .run = forget,
        .works_on_disks = TRUE,
        .started_by = started_by,
    };

    return firn_jobs_start(jobs, &request, error);
}
