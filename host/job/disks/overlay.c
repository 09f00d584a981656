/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overlay.h"

#include "backing-chain.h"
#include "image-neighbours.h"
#include "printable.h"
#include "same-file.h"
#include "snapshot-registry.h"

gboolean
firn_overlay_find(GPtrArray *disks, const char *image, const FirnDisk **out_disk, GError **error)
{
    *out_disk = NULL;
    for (guint i = 0; i < disks->len && *out_disk == NULL; i++) {
        const FirnDisk *disk = disks->pdata[i];
        gboolean is_above = FALSE;

        if (disk->path == NULL || disk->backing_path == NULL)
            continue;
        if (!firn_backing_chain_has(disk, image, &is_above, error)) {
            g_prefix_error(error, "disk %s: ", disk->target);
            return FALSE;
        }
        if (is_above)
            *out_disk = disk;
    }
    return TRUE;
}

static void
refuse(FirnVm *other, const FirnDisk *overlay, const FirnDisk *image, GPtrArray *blockers)
{
    g_autofree char *path = g_shell_quote(overlay->path);
    g_autofree char *name = firn_printable(firn_vm_get_name(other));
    g_autofree char *message = g_strdup_printf(
        "its image %s is below the image %s of VM %s (disk %s), which would read changed data",
        image->path,
        overlay->path,
        name,
        overlay->target);
    g_autofree char *remedy = g_strdup_printf("make the image of that VM independent, while that "
                                              "VM is off, with: qemu-img rebase -f qcow2 -b '' %s",
                                              path);

    firn_blockers_add_disk(blockers, "ImageInUse", image->target, remedy, message);
}

static void
compare(FirnVm *other, GPtrArray *images, GPtrArray *blockers)
{
    g_autoptr(GPtrArray) disks = firn_vm_enumerate_disks(other, NULL, NULL);

    for (guint i = 0; disks != NULL && i < images->len; i++) {
        const FirnDisk *image = images->pdata[i];
        const FirnDisk *overlay = NULL;

        if (image->path != NULL && firn_overlay_find(disks, image->path, &overlay, NULL) &&
            overlay != NULL)
            refuse(other, overlay, image, blockers);
    }
}

void
firn_overlay_refuse_others(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers)
{
    GPtrArray *others = firn_image_neighbours_list(vm);

    for (guint i = 0; i < others->len; i++)
        compare(others->pdata[i], disks, blockers);
    firn_image_neighbours_release(others);
}

static const FirnDisk *
find_same(GPtrArray *disks, const FirnDisk *image)
{
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        if (disk->path != NULL && image->path != NULL && firn_same_file(disk->path, image->path))
            return disk;
    }
    return NULL;
}

static void
refuse_shared(FirnVm *other, const FirnDisk *same, const FirnDisk *image, GPtrArray *blockers)
{
    g_autofree char *name = firn_printable(firn_vm_get_name(other));
    g_autofree char *message =
        g_strdup_printf("its image %s is also disk %s of VM %s, which would find changed data",
                        image->path,
                        same->target,
                        name);

    firn_blockers_add_disk(
        blockers,
        "ImageInUse",
        image->target,
        "remove it from the definition of that VM, or change it for both VMs with --force",
        message);
}

/* The remains of an undefined VM, or of one under its former name, are never started. If a VM whose
 * state is unknown runs, QEMU's lock on the image protects it. */
static gboolean
may_start(FirnVm *other, FirnVm *vm)
{
    FirnVmState state = firn_vm_get_state(other);

    return state != FIRN_VM_STATE_ORPHANED && state != FIRN_VM_STATE_UNKNOWN &&
           !g_str_equal(firn_vm_get_uuid(other), firn_vm_get_uuid(vm));
}

void
firn_overlay_refuse_shared(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers)
{
    GPtrArray *others = firn_image_neighbours_list(vm);

    for (guint i = 0; i < others->len; i++) {
        FirnVm *other = others->pdata[i];
        g_autoptr(GPtrArray) theirs =
            may_start(other, vm) ? firn_vm_enumerate_disks(other, NULL, NULL) : NULL;

        for (guint k = 0; theirs != NULL && k < disks->len; k++) {
            const FirnDisk *same = find_same(theirs, disks->pdata[k]);

            if (same != NULL)
                refuse_shared(other, same, disks->pdata[k], blockers);
        }
    }
    firn_image_neighbours_release(others);
}

char *
firn_overlay_advise(FirnVm *vm, const FirnDisk *disk)
{
    if (firn_snapshot_registry_is_there(vm))
        return g_strdup_printf("merge it, while the VM runs, with: virsh blockcommit %s %s "
                               "--active --pivot",
                               firn_vm_get_name(vm),
                               disk->target);
    if (disk->path == NULL)
        return g_strdup("merge it, while the VM is off, with: qemu-img commit; then start the VM "
                        "with the image below it");
    return g_strdup_printf("merge it, while the VM is off, with: qemu-img commit %s; then start "
                           "the VM with the image below it",
                           disk->path);
}
