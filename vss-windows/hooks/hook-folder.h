/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "folders.h"
#include "run-record.h"

/**
 * FirnHookFolder:
 * @folders: where the hooks are
 * @cancel: event that ends hooks early
 * @backup_type: VSS_BACKUP_TYPE, for FIRN_BACKUP_TYPE
 * @snapshot_set: for FIRN_SNAPSHOT_SET
 * @volumes: volumes of the snapshot, separated by ';', for FIRN_VOLUMES
 * @has_failed: whether the snapshot failed, for FIRN_FAILED
 *
 * What hooks are started with.
 */
typedef struct {
    const FirnFolders *folders; /* (unowned) */
    HANDLE cancel;              /* (unowned) */
    int backup_type;
    char snapshot_set[FIRN_RUN_GUID_SIZE];
    wchar_t volumes[FIRN_PATH_SIZE];
    bool has_failed;
} FirnHookFolder;

/**
 * firn_hook_folder_list:
 * @record: receives the hooks in order, or why none of them may run
 *
 * Reads the folder. If accounts other than SYSTEM and Administrators can change it, or one of its
 * hooks, none of them may run.
 */
void firn_hook_folder_list(const FirnFolders *folders, FirnRunRecord *record);

/**
 * firn_hook_folder_run_stage:
 * @record: from firn_hook_folder_list()
 *
 * Runs the hooks of one stage, one stage at a time in this process: it sets environment variables.
 * Looks at each hook's access list again before it is started.
 *
 * Returns: whether no hook has failed whose failure counts, and the stage was not cancelled
 */
bool firn_hook_folder_run_stage(FirnHookFolder *self, FirnRunRecord *record, FirnStage stage);
