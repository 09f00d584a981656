/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nvram-record.h"
#include "state-dir.h"

/**
 * A snapshot's UEFI variables in a file of firn's own: the contents of theirs. The file name is
 * "VM-UUID.SNAPSHOT-UUID.nvram", because the bytes do not identify the VM.
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
 * @directory: the folder of the copies; made with mode 0700 if missing
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 * @bytes: the bytes to store
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
 * @directory: the folder of the copies
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 *
 * Returns: whether there is a copy, readable or not
 */
gboolean firn_nvram_copy_has(FirnStateDir *directory, const char *vm_uuid, const char *uuid);

/**
 * firn_nvram_copy_load:
 * @directory: the folder of the copies
 * @vm_uuid: of a VM
 * @uuid: of a snapshot
 * @record: the recorded facts about it
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND if there is none; %FIRN_ENGINE_ERROR_CORRUPT if it does not
 * match @record; those of firn_state_dir_read().
 *
 * Returns: (transfer full): the stored bytes; %NULL with @error set
 */
GBytes *firn_nvram_copy_load(FirnStateDir *directory,
                             const char *vm_uuid,
                             const char *uuid,
                             const FirnNvramRecord *record,
                             GError **error);

/**
 * firn_nvram_copy_remove:
 * @directory: the folder of the copies
 * @vm_uuid: of a VM
 * @uuid: of a snapshot; need not have a copy
 *
 * Errors: those of firn_state_dir_remove().
 *
 * Returns: %TRUE once it is removed
 */
gboolean firn_nvram_copy_remove(FirnStateDir *directory,
                                const char *vm_uuid,
                                const char *uuid,
                                GError **error);

/**
 * firn_nvram_copy_list:
 * @directory: the folder of the copies
 * @vm_uuid: of a VM
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of its snapshots that have a copy, sorted
 */
GPtrArray *firn_nvram_copy_list(FirnStateDir *directory, const char *vm_uuid);
