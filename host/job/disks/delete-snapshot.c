/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-snapshot.h"

#include "block-device.h"
#include "blocker-error.h"
#include "host-error.h"
#include "image-place.h"
#include "image-tool.h"
#include "nvram-copy.h"
#include "overlay.h"
#include "retry.h"
#include "save-image.h"
#include "snapshot-registry.h"

#define QUERY_MS 10000

/* The disks that may have the snapshot. */
typedef struct {
    FirnChannel *monitor; /* (owned) (nullable) */
    GPtrArray *disks;     /* (owned) (element-type FirnDisk) all of the VM */
    GPtrArray *attached;  /* (owned) (element-type FirnDisk) of these */
    GPtrArray *detached;  /* (owned) (element-type FirnDisk) no longer disks of the VM */
} Place;

static void
place_clear(Place *self)
{
    g_clear_object(&self->monitor);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->attached, g_ptr_array_unref);
    g_clear_pointer(&self->detached, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

gboolean
firn_delete_snapshot_check(FirnVm *vm, GCancellable *cancellable, GError **error)
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
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_BUSY,
                            "another operation is running on the VM (%s); wait until it ends",
                            work[0]);
    return work != NULL && work[0] == NULL;
}

/* An image that was moved is still the same disk and has the snapshot. */
static FirnDisk *
find_known(GPtrArray *disks, const FirnSnapshotDisk *wanted, const char *tag)
{
    FirnDisk *by_path = firn_disks_find_path(disks, wanted->path);
    FirnDisk *by_target = firn_disks_find(disks, wanted->target);

    if (by_path != NULL)
        return by_path;
    return by_target != NULL && firn_disk_count_tag(by_target, tag) > 0 ? by_target : NULL;
}

static gboolean
is_lost(GPtrArray *disks, const FirnSnapshotDisk *wanted, const char *tag)
{
    return find_known(disks, wanted, tag) == NULL && !g_file_test(wanted->path, G_FILE_TEST_EXISTS);
}

/* A disk that has the snapshot but matches none of its disks by name or by image. */
static gboolean
is_stray(GPtrArray *disks, const FirnSnapshot *snapshot, const FirnDisk *disk)
{
    for (guint i = 0; i < snapshot->disks->len; i++)
        if (find_known(disks, snapshot->disks->pdata[i], snapshot->tag) == disk)
            return FALSE;
    return firn_disk_count_tag(disk, snapshot->tag) > 0;
}

/* For images that were moved and renamed at once. Which missing disk became which of these disks is
 * not known and does not matter, as long as no two missing disks are matched to the same one. */
static FirnDisk *
find_stray(GPtrArray *disks, const FirnSnapshot *snapshot, const FirnSnapshotDisk *wanted)
{
    guint before = 0;

    for (guint i = 0; snapshot->disks->pdata[i] != wanted; i++)
        before += is_lost(disks, snapshot->disks->pdata[i], snapshot->tag);
    for (guint i = 0; i < disks->len; i++)
        if (is_stray(disks, snapshot, disks->pdata[i]) && before-- == 0)
            return disks->pdata[i];
    return NULL;
}

FirnDisk *
firn_delete_snapshot_find_disk(GPtrArray *disks,
                               const FirnSnapshot *snapshot,
                               const FirnSnapshotDisk *wanted)
{
    return is_lost(disks, wanted, snapshot->tag) ? find_stray(disks, snapshot, wanted)
                                                 : find_known(disks, wanted, snapshot->tag);
}

gboolean
firn_delete_snapshot_refuse_unreachable(const FirnSnapshotDisk *wanted, GError **error)
{
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_NOT_SUPPORTED,
        "image %s of disk %s cannot be reached: mount its file system and try again, or, if the "
        "image is gone for good, create the empty file %s" FIRN_IMAGE_PLACE_GONE_SUFFIX,
        wanted->path,
        wanted->target,
        wanted->path);
}

gboolean
firn_delete_snapshot_find_image(const FirnSnapshotDisk *wanted,
                                FirnDisk **out_image,
                                GError **error)
{
    FirnImagePlace place = firn_image_place_look(wanted->path, wanted->file_system);
    const char *format = firn_backend_find_image_format(wanted->backend);

    *out_image = NULL;
    if (format == NULL)
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_NOT_SUPPORTED,
                                   "disk %s: this firnd knows no backend \"%s\"",
                                   wanted->target,
                                   wanted->backend);
    if (place == FIRN_IMAGE_PLACE_UNREACHABLE)
        return firn_delete_snapshot_refuse_unreachable(wanted, error);
    if (place == FIRN_IMAGE_PLACE_GONE)
        return TRUE;
    *out_image = firn_disk_new(wanted->target, format);
    (*out_image)->path = g_strdup(wanted->path);
    (*out_image)->backend = g_strdup(wanted->backend);
    return TRUE;
}

static gboolean
sort_disks(Place *place, const FirnSnapshot *snapshot, GError **error)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const FirnSnapshotDisk *wanted = snapshot->disks->pdata[i];
        FirnDisk *disk = firn_delete_snapshot_find_disk(place->disks, snapshot, wanted);
        FirnDisk *image = NULL;

        if (disk != NULL) {
            if (!g_ptr_array_find(place->attached, disk, NULL))
                g_ptr_array_add(place->attached, disk);
            continue;
        }
        if (!firn_delete_snapshot_find_image(wanted, &image, error))
            return FALSE;
        if (image != NULL)
            g_ptr_array_add(place->detached, image);
    }
    return TRUE;
}

/* An image below an overlay must not be changed, not even through QEMU. */
static gboolean
check_uncovered(Place *place, FirnVm *vm, GError **error)
{
    for (guint i = 0; i < place->detached->len; i++) {
        const FirnDisk *image = place->detached->pdata[i];
        const FirnDisk *overlay;
        g_autofree char *advice = NULL;

        if (!firn_overlay_find(place->disks, image->path, &overlay, error))
            return FALSE;
        if (overlay == NULL)
            continue;
        advice = firn_overlay_advise(vm, overlay);
        return firn_host_error_set(
            error,
            FIRN_HOST_ERROR_IMAGE_IN_USE,
            "disk %s: its image %s, which may have the snapshot, is the backing file of "
            "the overlay %s and is not changed; %s",
            image->target,
            image->path,
            overlay->path,
            advice);
    }
    return TRUE;
}

static gboolean
find_place(Place *place, FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    place->monitor = firn_vm_dup_monitor(vm);
    place->disks = firn_vm_list_disks(vm, NULL, error);
    place->attached = g_ptr_array_new();
    place->detached = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
    return place->disks != NULL && sort_disks(place, snapshot, error) &&
           check_uncovered(place, vm, error);
}

typedef struct {
    FirnVm *vm;                   /* (unowned) */
    FirnBackend *backend;         /* (unowned) (nullable) */
    const FirnSnapshot *snapshot; /* (unowned) */
    GPtrArray *blockers;          /* (unowned) (nullable) of a check, which changes nothing */
    gboolean is_begun;            /* some disks may have lost it, and others not */
} Deletion;

static gboolean
check_place(Deletion *self, GError **error)
{
    g_auto(Place) place = {NULL};

    if (!find_place(&place, self->vm, self->snapshot, error))
        return FALSE;
    for (guint i = 0; i < place.detached->len; i++)
        if (!firn_image_tool_check_unused(place.detached->pdata[i], error))
            return FALSE;
    firn_overlay_refuse_others(self->vm, place.attached, self->blockers);
    firn_overlay_refuse_others(self->vm, place.detached, self->blockers);
    return TRUE;
}

/* What the backend does to attached and detached disks. */
static gboolean
do_step(Place *place, FirnBackend *backend, FirnRetryStep step, const char *tag, GError **error)
{
    FirnCut attached = {place->monitor, place->attached, tag, FIRN_CHANNEL_NO_DEADLINE_MS};
    FirnCut detached = {NULL, place->detached, tag, FIRN_CHANNEL_NO_DEADLINE_MS};

    return (place->attached->len == 0 || step(backend, &attached, error)) &&
           (place->detached->len == 0 || step(backend, &detached, error));
}

static gboolean
delete_from_disks(Deletion *self, GError **error)
{
    g_auto(Place) place = {NULL};
    const char *tag = self->snapshot->tag;

    /* Off the source's list first: the list must not contain a partly deleted snapshot. */
    if (!find_place(&place, self->vm, self->snapshot, error) ||
        !firn_snapshot_registry_remove(self->vm, self->snapshot, error))
        return FALSE;
    if (do_step(&place, self->backend, firn_backend_discard, tag, error))
        return TRUE;
    if (!do_step(&place, self->backend, firn_backend_verify, tag, NULL))
        self->is_begun = TRUE;
    return FALSE;
}

static gboolean
try_deletion(gpointer data, gboolean *out_is_off, GError **error)
{
    Deletion *self = data;
    gboolean ok =
        self->blockers != NULL ? check_place(self, error) : delete_from_disks(self, error);

    *out_is_off = firn_vm_is_off(self->vm);
    return ok;
}

/* A program that inspects an image has it open for a moment, and so does a QEMU that is exiting. */
gboolean
firn_delete_snapshot_check_snapshot(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    Deletion check = {.vm = vm, .snapshot = snapshot, .blockers = blockers};

    return firn_retry_run(try_deletion, &check, error) && firn_blocker_error_check(blockers, error);
}

/* RAM in a save image. */
static gboolean
drop_save_image(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    FirnStateDir *directory = firn_vm_get_memory(vm);
    g_autofree char *name = firn_save_image_file_name(snapshot->uuid);

    return snapshot->memory == NULL || directory == NULL ||
           firn_state_dir_remove(directory, name, error);
}

gboolean
firn_delete_snapshot_remove_record(FirnVm *vm, const char *uuid, GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(catalogue, error);

    return change != NULL && firn_catalogue_transaction_remove(change, uuid, error) &&
           firn_catalogue_commit(catalogue, change, error);
}

gboolean
firn_delete_snapshot_remove_nvram(FirnVm *vm, const char *uuid, GError **error)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);

    return directory == NULL ||
           firn_nvram_copy_remove(directory, firn_vm_get_uuid(vm), uuid, error);
}

gboolean
firn_delete_snapshot_run(FirnVm *vm,
                         FirnBackend *backend,
                         const FirnSnapshot *snapshot,
                         gboolean *out_is_begun,
                         GError **error)
{
    Deletion deletion = {.vm = vm, .backend = backend, .snapshot = snapshot};
    gboolean ok = firn_retry_run(try_deletion, &deletion, error);

    /* Once the disks no longer have it, what fails is finished later. */
    if (out_is_begun != NULL)
        *out_is_begun = ok || deletion.is_begun;
    return ok && drop_save_image(vm, snapshot, error) &&
           firn_delete_snapshot_remove_nvram(vm, snapshot->uuid, error);
}
