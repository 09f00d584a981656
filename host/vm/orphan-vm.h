/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnOrphanVm:
 *
 * A VM of which only the snapshots are left: its catalogue is here, its images may be, and nothing
 * defines it. Its snapshots can be looked at, checked and deleted; it cannot be snapshotted.
 */
#define FIRN_TYPE_ORPHAN_VM (firn_orphan_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnOrphanVm, firn_orphan_vm, FIRN, ORPHAN_VM, FirnVm)

/**
 * firn_orphan_vm_new:
 * @uuid: the VM
 * @catalogue: its catalogue
 *
 * Returns: (transfer full): a VM in the state ORPHANED, under the name that it had
 */
FirnVm *firn_orphan_vm_new(const char *uuid, FirnCatalogue *catalogue);
