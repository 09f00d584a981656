/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

#define FIRN_ADOPT_ADOPTED_TYPE "a(ssss)"
#define FIRN_ADOPT_LEFT_TYPE    "a(sss)"

/**
 * FirnAdoptRequest:
 * @vm: the VM
 * @tags: (nullable) (array zero-terminated=1): what to adopt, by exactly these tags; %NULL or
 * empty: all that can be
 * @is_dry_run: only tell
 * @started_by: uid of the caller
 *
 * What somebody wants taken into the tree.
 */
typedef struct {
    FirnVm *vm; /* (unowned) */
    const char *const *tags;
    gboolean is_dry_run;
    guint started_by;
} FirnAdoptRequest;

/**
 * firn_adopt_job_start:
 * @jobs: the jobs
 * @request: what is wanted; copied
 * @error: return location for a #GError
 *
 * Takes snapshots that others have made into the catalogue, as firn_adoption_survey() finds them:
 * parents before children, else oldest first. Touches neither disks nor what the VM's source lists,
 * and needs no note in the journal: each record is added as a whole. Adopted ones count: at the
 * limit the job fails with %FIRN_HOST_ERROR_LIMIT_REACHED, and those before it stay. When one that
 * was named cannot be adopted, none is. The current
 * mark follows the source's. Main loop only.
 *
 * Its result, also when it fails: "adopted" (a(ssss): tag, name, UUID, verdict), "left" (a(sss):
 * tag, word, clause).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_adopt_job_start(FirnJobs *jobs, const FirnAdoptRequest *request, GError **error);
