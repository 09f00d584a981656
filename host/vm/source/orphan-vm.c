/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "orphan-vm.h"

#include "disk-table.h"
#include "host-error.h"

struct _FirnOrphanVm {
    FirnVm parent_instance;
};

G_DEFINE_FINAL_TYPE(FirnOrphanVm, firn_orphan_vm, FIRN_TYPE_VM)

static gboolean
look(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    firn_vm_set_state(vm, FIRN_VM_STATE_ORPHANED, "orphaned");
    return TRUE;
}

static FirnChannel *
dup_monitor(FirnVm *vm)
{
    return NULL;
}

static FirnChannel *
open_agent(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_AGENT_UNAVAILABLE,
                        "%s is not defined any more",
                        firn_vm_get_name(vm));
    return NULL;
}

static void
fill_lease(FirnVm *vm, FirnLease *lease)
{
}

static GPtrArray *
list_disks(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_catalogue_list_disks(firn_vm_get_catalogue(vm));

    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        disk->is_remembered = TRUE;
        if (!firn_disk_table_read(disk, error)) {
            g_prefix_error(error, "disk %s: ", disk->target);
            return NULL;
        }
    }
    return g_steal_pointer(&disks);
}

static void
firn_orphan_vm_class_init(FirnOrphanVmClass *klass)
{
    FirnVmClass *vm_class = FIRN_VM_CLASS(klass);

    vm_class->source = "none";
    vm_class->look = look;
    vm_class->dup_monitor = dup_monitor;
    vm_class->open_agent = open_agent;
    vm_class->fill_lease = fill_lease;
    vm_class->list_disks = list_disks;
}

static void
firn_orphan_vm_init(FirnOrphanVm *self)
{
}

FirnVm *
firn_orphan_vm_new(const char *uuid, FirnCatalogue *catalogue)
{
    g_autofree char *name = firn_catalogue_dup_vm_name(catalogue);
    FirnVm *self =
        g_object_new(FIRN_TYPE_ORPHAN_VM, "uuid", uuid, "name", name, "catalogue", catalogue, NULL);

    firn_vm_set_state(self, FIRN_VM_STATE_ORPHANED, "orphaned");
    return self;
}
