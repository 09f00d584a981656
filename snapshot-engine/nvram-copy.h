/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nvram-record.h"
#include "state-dir.h"

/**
 * UEFI variables of a snapshot in a file of firn's own: the bytes of the flash. Its name is
 * "VM.SNAPSHOT.nvram", both UUIDs, as the bytes do not tell whose they are.
 */

/**
 * firn_nvram_copy_file_name:
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 *
 * Returns: (transfer full): name of its file
 */
char *firn_nvram_copy_file_name(const char *vm_uuid, const char *uuid);

/**
 * firn_nvram_copy_keep:
 * @directory: where copies are; made with mode 0700 if missing
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 * @bytes: what is to be kept
 * @error: return location for a #GError
 *
 * Errors: those of firn_state_dir_replace().
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_nvram_copy_keep(FirnStateDir *directory,
                              const char *vm_uuid,
                              const char *uuid,
                              GBytes *bytes,
                              GError **error);

/**
 * firn_nvram_copy_has:
 * @directory: where copies are
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 *
 * Returns: whether there is a copy, readable or not
 */
gboolean firn_nvram_copy_has(FirnStateDir *directory, const char *vm_uuid, const char *uuid);

/**
 * firn_nvram_copy_load:
 * @directory: where copies are
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 * @record: what is known of it
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND if it is not there; %FIRN_ENGINE_ERROR_CORRUPT if it is not
 * what was kept; those of firn_state_dir_read().
 *
 * Returns: (transfer full): what was kept; %NULL with @error set
 */
GBytes *firn_nvram_copy_load(FirnStateDir *directory,
                             const char *vm_uuid,
                             const char *uuid,
                             const FirnNvramRecord *record,
                             GError **error);

/**
 * firn_nvram_copy_remove:
 * @directory: where copies are
 * @vm_uuid: of a VM
 * @uuid: of a snapshot; may have none
 * @error: return location for a #GError
 *
 * Errors: those of firn_state_dir_remove().
 *
 * Returns: %TRUE once it is gone
 */
gboolean firn_nvram_copy_remove(FirnStateDir *directory,
                                const char *vm_uuid,
                                const char *uuid,
                                GError **error);

/**
 * firn_nvram_copy_list:
 * @directory: where copies are
 * @vm_uuid: of a VM
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of its snapshots that have one, sorted
 */
GPtrArray *firn_nvram_copy_list(FirnStateDir *directory, const char *vm_uuid);
