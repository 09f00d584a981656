/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"

/**
 * FirnDeleteScope:
 * @FIRN_DELETE_ONE: the snapshot; its children move to its parent
 * @FIRN_DELETE_WITH_CHILDREN: the snapshot and all its descendants
 * @FIRN_DELETE_CHILDREN_ONLY: all its descendants
 * @FIRN_DELETE_ALL: all snapshots of the VM
 */
typedef enum {
    FIRN_DELETE_ONE,
    FIRN_DELETE_WITH_CHILDREN,
    FIRN_DELETE_CHILDREN_ONLY,
    FIRN_DELETE_ALL,
} FirnDeleteScope;

/**
 * firn_delete_job_start:
 * @backend: stores the disks
 * @uuid: (nullable): the snapshot; %NULL with %FIRN_DELETE_ALL
 * @scope: what is deleted
 * @started_by: uid of the caller
 *
 * Deletes leaf first, in one job. If it fails, what was deleted stays deleted, and the rest is
 * unchanged. Main loop only. Its result: "deleted" (as, UUIDs). A record is removed only when no
 * disk has the snapshot any more, or when the image is gone from its folder; while the folder is
 * missing too, the job fails with %FIRN_HOST_ERROR_NOT_SUPPORTED. A deletion that has begun on a
 * disk and cannot be finished stays in the journal and is finished later; see
 * firn_recover_intents().
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_delete_job_start(FirnJobs *jobs,
                               FirnVm *vm,
                               FirnBackend *backend,
                               const char *uuid,
                               FirnDeleteScope scope,
                               guint started_by,
                               GError **error);
