/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

#define FIRN_TYPE_LVM_THICK_BACKEND (firn_lvm_thick_backend_get_type())
G_DECLARE_FINAL_TYPE(FirnLvmThickBackend, firn_lvm_thick_backend, FIRN, LVM_THICK_BACKEND, GObject)

/**
 * firn_lvm_thick_backend_new:
 *
 * Snapshots of disks on linear or striped LVs: read-only snapshots whose copy-on-write area is as
 * large as the disk, so that it cannot overflow. A revert copies what differs back to the disk's
 * LV, and reads all of both for that; the snapshot stays.
 *
 * Returns: (transfer full): the backend "lvm-thick"
 */
FirnBackend *firn_lvm_thick_backend_new(void);
