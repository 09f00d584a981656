/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overlay.h"

#include "backing-chain.h"

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

char *
firn_overlay_advise(FirnVm *vm, const FirnDisk *disk)
{
    if (firn_vm_has_registry(vm))
        return g_strdup_printf("merge it, while the VM runs, with: virsh blockcommit %s %s "
                               "--active --pivot",
                               firn_vm_get_name(vm),
                               disk->target);
    if (disk->path == NULL)
        return g_strdup("merge it, while the VM is off, with: qemu-img commit; and start the VM on "
                        "what was below it");
    return g_strdup_printf("merge it, while the VM is off, with: qemu-img commit %s; and start the "
                           "VM on what was below it",
                           disk->path);
}
