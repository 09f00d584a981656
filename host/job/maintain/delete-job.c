/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-job.h"

#include "delete-snapshot.h"
#include "intent-guard.h"
#include "snapshot-registry.h"
#include "snapshot-tree.h"

/* The snapshot was removed from the source's list before its disks were touched, and is still
 * complete. */
static void
relist(FirnVm *vm, const FirnSnapshot *snapshot)
{
    g_autoptr(GError) error = NULL;

    if (!firn_snapshot_registry_add(vm, snapshot, &error))
        g_message("%s: snapshot %s is no longer registered: %s; fix this, then run: firn verify %s "
                  "--repair",
                  firn_vm_get_name(vm),
                  snapshot->name,
                  error->message,
                  firn_vm_get_name(vm));
}

/* A deletion that has touched no disk has failed; one that has must be finished later. */
static gboolean
delete_snapshot(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnIntentGuard) intent = NULL;
    g_autoptr(GError) failure = NULL;
    gboolean is_begun = FALSE;

    if (!firn_delete_snapshot_check_snapshot(vm, snapshot, error))
        return FALSE;
    intent = firn_intent_guard_begin(vm, FIRN_INTENT_KIND_DELETE, snapshot, error);
    if (intent == NULL)
        return FALSE;
    if (firn_delete_snapshot_run(vm, backend, snapshot, &is_begun, &failure) &&
        firn_delete_snapshot_remove_record(vm, snapshot->uuid, &failure)) {
        firn_snapshot_registry_mark(vm);
        firn_intent_guard_complete(intent);
        return TRUE;
    }
    if (is_begun) {
        firn_intent_guard_leave(intent, failure);
    } else {
        relist(vm, snapshot);
        firn_intent_guard_end(intent);
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
delete_snapshots(FirnJob *job, gpointer data, GError **error)
{
    GPtrArray *snapshots = data; /* (element-type FirnSnapshot) leaf first */
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(GStrvBuilder) deleted = g_strv_builder_new();
    g_auto(GStrv) words = NULL;
    gboolean ok = firn_delete_snapshot_check(vm, firn_job_get_cancellable(job), error);

    for (guint i = 0; ok && i < snapshots->len; i++) {
        const FirnSnapshot *snapshot = snapshots->pdata[i];

        firn_job_enter(job, "delete", (double)i / snapshots->len);
        ok = !g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) &&
             delete_snapshot(vm, firn_job_get_backend(job), snapshot, error);
        if (ok)
            g_strv_builder_add(deleted, snapshot->uuid);
        else
            g_prefix_error(error, "%s: ", snapshot->name);
    }
    words = g_strv_builder_end(deleted);
    firn_job_set_result(job, "deleted", g_variant_new_strv((const char *const *)words, -1));
    return ok;
}

static GPtrArray *
select_snapshots(FirnCatalogue *catalogue, const char *uuid, FirnDeleteScope scope, GError **error)
{
    g_autoptr(GPtrArray) all = firn_catalogue_list(catalogue);
    g_autoptr(GPtrArray) selected =
        g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);
    g_autoptr(FirnSnapshot) one = NULL;

    if (scope == FIRN_DELETE_ALL) {
        for (guint i = all->len; i > 0; i--)
            g_ptr_array_add(selected, firn_snapshot_ref(all->pdata[i - 1]));
        return g_steal_pointer(&selected);
    }
    one = firn_catalogue_lookup(catalogue, uuid, error);
    if (one == NULL)
        return NULL;
    if (scope != FIRN_DELETE_ONE) {
        g_ptr_array_unref(selected);
        selected = firn_snapshot_tree_descendants(all, one->uuid);
    }
    if (scope != FIRN_DELETE_CHILDREN_ONLY)
        g_ptr_array_add(selected, firn_snapshot_ref(one));
    return g_steal_pointer(&selected);
}

FirnJob *
firn_delete_job_start(FirnJobs *jobs,
                      FirnVm *vm,
                      FirnBackend *backend,
                      const char *uuid,
                      FirnDeleteScope scope,
                      guint started_by,
                      GError **error)
{
    GPtrArray *snapshots = select_snapshots(firn_vm_get_catalogue(vm), uuid, scope, error);
    const FirnJobRequest request = {
        .vm = vm,
        .backend = backend,
        .operation = "delete",
        .run = delete_snapshots,
        .works_on_disks = TRUE,
        .params = snapshots,
        .free_params = (GDestroyNotify)g_ptr_array_unref,
        .started_by = started_by,
    };

    return snapshots == NULL ? NULL : firn_jobs_start(jobs, &request, error);
}
