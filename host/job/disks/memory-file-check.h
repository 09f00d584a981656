/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_memory_file_check_one:
 * @snapshot: a record of its catalogue
 *
 * Job threads only.
 *
 * Errors: those of firn_save_image_open(); %FIRN_ENGINE_ERROR_CORRUPT if the length of the file
 * differs from the recorded one.
 *
 * Returns: %TRUE if the file with its RAM is complete, or if it has none
 */
gboolean firn_memory_file_check_one(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_memory_file_check_list:
 *
 * All VMs share a folder, so the owner of a file is found by the domain XML in it. Job threads
 * only.
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of the snapshots of @vm that have a file with
 * RAM, with or without a record, sorted
 */
GPtrArray *firn_memory_file_check_list(FirnVm *vm);
