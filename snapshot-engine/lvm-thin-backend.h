/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

#define FIRN_TYPE_LVM_THIN_BACKEND (firn_lvm_thin_backend_get_type())
G_DECLARE_FINAL_TYPE(FirnLvmThinBackend, firn_lvm_thin_backend, FIRN, LVM_THIN_BACKEND, GObject)

/**
 * firn_lvm_thin_backend_new:
 *
 * Snapshots of disks on thin LVs: read-only thin snapshots, which no command activates unasked. A
 * revert replaces the disk's LV by a new snapshot of the snapshot; the disk has the same name
 * afterwards, and another UUID.
 *
 * Returns: (transfer full): the backend "lvm-thin"
 */
FirnBackend *firn_lvm_thin_backend_new(void);
