/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_memory_examination_check:
 * @vm: a VM
 * @snapshot: a record of its catalogue
 * @error: return location for a #GError
 *
 * Job threads only.
 *
 * Errors: those of firn_save_image_open(); %FIRN_ENGINE_ERROR_CORRUPT if the file has another
 * length than it had when it was written.
 *
 * Returns: %TRUE if the file with its RAM is whole, or if it has none
 */
gboolean firn_memory_examination_check(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_memory_examination_list:
 * @vm: a VM
 *
 * Whose a file is, is told by the domain's XML in it: all VMs share a folder. Job threads only.
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of snapshots of @vm of whose RAM there is a
 * file, whether there is a record of them or not, sorted
 */
GPtrArray *firn_memory_examination_list(FirnVm *vm);
