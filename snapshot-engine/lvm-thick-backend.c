/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-thick-backend.h"

#include "crash-point.h"
#include "engine-error.h"
#include "lvm-copy.h"
#include "lvm-snapshot.h"

struct _FirnLvmThickBackend {
    GObject parent;
};

static void firn_lvm_thick_backend_init_interface(FirnBackendInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnLvmThickBackend,
                              firn_lvm_thick_backend,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND,
                                                    firn_lvm_thick_backend_init_interface))

/* As large as the disk, and what LVM needs to note where each chunk of 4 KiB is (16 bytes), rounded
 * up to extents. Source: LVM 2.03.16, cow_max_extents(). */
static guint64
estimate(const FirnLv *lv)
{
    return lv->size_bytes + lv->size_bytes / 256 + 2 * lv->extent_bytes;
}

/* The disks before it may need room in the same group. */
static guint64
sum_needs(const FirnLvmLook *look, guint last)
{
    const FirnLvmDisk *one = look->disks->pdata[last];
    guint64 needed = 0;

    for (guint i = 0; i <= last; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];

        if (disk->lv != NULL && g_str_equal(disk->vg, one->vg))
            needed += estimate(disk->lv);
    }
    return needed;
}

static void
check_room(const FirnLvmLook *look, guint index, GPtrArray *blockers)
{
    const FirnLvmDisk *disk = look->disks->pdata[index];
    g_autofree char *message = NULL;

    if (disk->lv == NULL || sum_needs(look, index) <= disk->lv->free_bytes)
        return;
    message = g_strdup_printf("its snapshot needs as much room as the disk has, and volume group "
                              "%s has %" G_GUINT64_FORMAT " MiB left",
                              disk->vg,
                              disk->lv->free_bytes / (1024 * 1024));
    firn_blockers_add_disk(blockers,
                           "NoSpace",
                           disk->disk->target,
                           "extend the volume group, or delete snapshots",
                           message);
}

static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, &error);

    if (look == NULL) {
        firn_blockers_add_error(blockers, "LvmFailed", "disks", "see what lvs says", error);
        return;
    }
    firn_lvm_snapshot_check(look, cut, blockers);
    for (guint i = 0; i < look->disks->len; i++)
        check_room(look, i, blockers);
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    static const char *const options[] = {"--extents", "100%ORIGIN", NULL};

    return firn_lvm_snapshot_take(backend, cut, options, error);
}

/* What is written to a disk is copied to a snapshot only while the snapshot has a device. */
static gboolean
check_recording(const FirnLvmLook *look, const char *tag, GError **error)
{
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, tag, &count);

        if (disk->lv == NULL || !disk->lv->is_active ||
            (snapshot->device != 0 && g_str_equal(snapshot->origin, disk->name)))
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_PARTIAL,
                    "snapshot %s: %s: its logical volume %s is no active snapshot of the disk's",
                    tag,
                    disk->disk->target,
                    snapshot->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, error);

    return look != NULL && firn_lvm_snapshot_check_whole(look, cut->tag, error) &&
           check_recording(look, cut->tag, error);
}

static gboolean
revert_disk(const FirnLvmLook *look, const FirnLvmDisk *disk, const char *tag, GError **error)
{
    guint count;
    const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, tag, &count);
    g_autofree char *source = g_strconcat("/dev/", snapshot->vg, "/", snapshot->name, NULL);
    g_autofree char *target = g_strconcat("/dev/", disk->vg, "/", disk->name, NULL);

    return firn_lvm_copy_differences(source, target, error);
}

static gboolean
check_active(const FirnLvmLook *look, const char *tag, GError **error)
{
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, tag, &count);

        if (disk->lv != NULL && disk->lv->device != 0 && snapshot != NULL && snapshot->device != 0)
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_FAILED,
                    "%s/%s: it and its snapshot have to be active; activate them with lvchange",
                    disk->vg,
                    disk->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(FirnLvmLook) look = NULL;

    look = firn_lvm_look_new(cut->disks, error);
    if (look == NULL || !firn_lvm_snapshot_check_whole(look, cut->tag, error) ||
        !firn_lvm_snapshot_check_unused(look, error) || !check_active(look, cut->tag, error))
        return FALSE;
    FIRN_CRASH_POINT("lvm: before a revert");
    for (guint i = 0; i < look->disks->len; i++) {
        if (!revert_disk(look, look->disks->pdata[i], cut->tag, error))
            return FALSE;
        FIRN_CRASH_POINT("lvm: after a revert");
    }
    return TRUE;
}

static void
firn_lvm_thick_backend_init_interface(FirnBackendInterface *interface)
{
    interface->name = "lvm-thick";
    interface->check = check;
    interface->prepare = firn_lvm_snapshot_prepare;
    interface->take = take;
    interface->verify = verify;
    interface->discard = firn_lvm_snapshot_discard;
    interface->check_revert = firn_lvm_snapshot_check_revert;
    interface->revert = revert;
}

static void
firn_lvm_thick_backend_class_init(FirnLvmThickBackendClass *class)
{
}

static void
firn_lvm_thick_backend_init(FirnLvmThickBackend *self)
{
}

FirnBackend *
firn_lvm_thick_backend_new(void)
{
    return g_object_new(FIRN_TYPE_LVM_THICK_BACKEND, NULL);
}
