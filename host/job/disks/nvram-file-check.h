/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_nvram_file_check_one:
 * @vm: a VM
 * @snapshot: a record of its catalogue
 *
 * Job threads only.
 *
 * Errors: those of firn_nvram_copy_load().
 *
 * Returns: %TRUE if the copy of its UEFI variables is complete, or if it has none
 */
gboolean firn_nvram_file_check_one(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_nvram_file_check_list:
 * @vm: a VM
 *
 * Job threads only.
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of the snapshots of @vm that have a copy of
 * UEFI variables, with or without a record, sorted
 */
GPtrArray *firn_nvram_file_check_list(FirnVm *vm);
