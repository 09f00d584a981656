/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-job.h"

#include "block-device.h"
#include "host-error.h"
#include "snapshot-tree.h"

#define QUERY_MS  10000
#define DELETE_MS G_MAXINT32

typedef struct {
    FirnBackend *backend; /* (owned) */
    GPtrArray *snapshots; /* (owned) (element-type FirnSnapshot) leaf first */
} Params;

static void
free_params(gpointer data)
{
    Params *params = data;

    g_object_unref(params->backend);
    g_ptr_array_unref(params->snapshots);
    g_free(params);
}

static gboolean
look(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(FirnChannel) monitor = NULL;
    g_auto(GStrv) work = NULL;

    if (!firn_vm_look(vm, cancellable, &failure)) {
        if (!g_cancellable_set_error_if_cancelled(cancellable, error))
            g_set_error_literal(error,
                                FIRN_HOST_ERROR,
                                FIRN_HOST_ERROR_VM_UNREACHABLE,
                                failure->message);
        return FALSE;
    }
    monitor = firn_vm_dup_monitor(vm);
    if (monitor == NULL)
        return TRUE;
    work = firn_block_jobs_query(monitor, QUERY_MS, cancellable, error);
    if (work != NULL && work[0] != NULL)
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_BUSY,
                    "somebody else works on the VM (%s); wait for its end",
                    work[0]);
    return work != NULL && work[0] == NULL;
}

/* An image that was moved goes on as the same disk, and has the snapshot with
 * it. */
static FirnDisk *
find_disk(GPtrArray *disks, const FirnSnapshotDisk *wanted, const char *tag)
{
    FirnDisk *heir = firn_disks_find(disks, wanted->target);

    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        if (g_strcmp0(disk->path, wanted->path) == 0)
            return disk;
    }
    return heir != NULL && firn_disk_count_tag(heir, tag) > 0 ? heir : NULL;
}

/* A disk that the VM has no more: its image is nobody's, unless somebody has it
 * open. */
static FirnDisk *
detached_disk(const FirnSnapshotDisk *wanted)
{
    FirnDisk *disk = firn_disk_new(wanted->target, wanted->backend);

    disk->path = g_strdup(wanted->path);
    return disk;
}

/* Whether there is an image at all; an error if that cannot be told. */
static gboolean
find_detached(const FirnSnapshotDisk *wanted, gboolean *out_is_there, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(wanted->path);

    *out_is_there = g_file_test(wanted->path, G_FILE_TEST_EXISTS);
    if (*out_is_there || g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_NOT_SUPPORTED,
                "image %s of disk %s cannot be reached: mount its file system "
                "and try again, or, if"
                " it is gone for ever, make the empty folder %s first",
                wanted->path,
                wanted->target,
                folder);
    return FALSE;
}

/* Which disks have the snapshot, of the VM and besides. */
static gboolean
sort_disks(GPtrArray *disks,
           const FirnSnapshot *snapshot,
           GPtrArray *attached,
           GPtrArray *detached,
           GError **error)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const FirnSnapshotDisk *wanted = snapshot->disks->pdata[i];
        FirnDisk *disk = find_disk(disks, wanted, snapshot->tag);
        gboolean is_there;

        if (disk != NULL) {
            if (!g_ptr_array_find(attached, disk, NULL))
                g_ptr_array_add(attached, disk);
            continue;
        }
        if (!find_detached(wanted, &is_there, error))
            return FALSE;
        if (is_there)
            g_ptr_array_add(detached, detached_disk(wanted));
    }
    return TRUE;
}

static gboolean
discard(FirnBackend *backend,
        FirnChannel *monitor,
        GPtrArray *disks,
        const char *tag,
        GError **error)
{
    FirnCut cut = {monitor, disks, tag, DELETE_MS};

    return disks->len == 0 || firn_backend_discard(backend, &cut, error);
}

static gboolean
delete_from_disks(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(vm, NULL, error);
    g_autoptr(GPtrArray) attached = g_ptr_array_new();
    g_autoptr(GPtrArray) detached = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);

    if (disks == NULL || !sort_disks(disks, snapshot, attached, detached, error))
        return FALSE;
    return discard(backend, monitor, attached, snapshot->tag, error) &&
           discard(backend, NULL, detached, snapshot->tag, error);
}

static gboolean
delete_snapshots(FirnJob *job, gpointer data, GError **error)
{
    Params *params = data;
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(GStrvBuilder) deleted = g_strv_builder_new();
    g_auto(GStrv) words = NULL;
    gboolean ok = look(vm, firn_job_get_cancellable(job), error);

    for (guint i = 0; ok && i < params->snapshots->len; i++) {
        const FirnSnapshot *snapshot = params->snapshots->pdata[i];

        firn_job_enter(job, "delete", (double)i / params->snapshots->len);
        ok = !g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) &&
             delete_from_disks(vm, params->backend, snapshot, error) &&
             firn_catalogue_remove(firn_vm_get_catalogue(vm), snapshot->uuid, error);
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
    Params *params;
    FirnJobRequest request = {
        .vm = vm,
        .operation = "delete",
        .run = delete_snapshots,
        .free_params = free_params,
        .started_by = started_by,
    };

    if (snapshots == NULL)
        return NULL;
    params = g_new0(Params, 1);
    params->backend = g_object_ref(backend);
    params->snapshots = snapshots;
    request.params = params;
    return firn_jobs_start(jobs, &request, error);
}
