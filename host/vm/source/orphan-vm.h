/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnOrphanVm:
 *
 * A VM without definition, of which only snapshots are left: its catalogue exists, its images may
 * exist. Its snapshots can be listed, verified and deleted; no new one can be created.
 */
#define FIRN_TYPE_ORPHAN_VM (firn_orphan_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnOrphanVm, firn_orphan_vm, FIRN, ORPHAN_VM, FirnVm)

/**
 * firn_orphan_vm_new:
 *
 * Returns: (transfer full): a VM in state ORPHANED, with its last known name
 */
FirnVm *firn_orphan_vm_new(const char *uuid, FirnCatalogue *catalogue);
