/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"

#define FIRN_ADOPT_ADOPTED_TYPE "a(ssss)"
#define FIRN_ADOPT_LEFT_TYPE    "a(sss)"

/**
 * FirnAdoptRequest:
 * @vm: the VM
 * @tags: (nullable) (array zero-terminated=1): what to adopt, by exactly these tags; %NULL or
 * empty: everything that can be adopted
 * @is_dry_run: report only
 * @started_by: uid of the caller
 *
 * A request to import foreign snapshots.
 */
typedef struct {
    FirnVm *vm; /* (unowned) */
    const char *const *tags;
    gboolean is_dry_run;
    guint started_by;
} FirnAdoptRequest;

/**
 * firn_adopt_job_start:
 * @request: the request; copied
 *
 * Takes snapshots that other tools have made into the catalogue, as
 * firn_adoption_survey_run() finds them: parents before children, else oldest first. Changes
 * neither the disks nor the source's list, and needs no journal entry: each record is added as a
 * whole. Adopted snapshots count towards the limit: when it is reached the job fails with
 * %FIRN_HOST_ERROR_LIMIT_REACHED, and those adopted so far stay. If a named snapshot cannot be
 * adopted, none is. Afterwards the current snapshot follows the source's. Main loop only.
 *
 * Its result, also when it fails: "adopted" (a(ssss): tag, name, UUID, verdict), "left" (a(sss):
 * tag, word, clause).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_adopt_job_start(FirnJobs *jobs, const FirnAdoptRequest *request, GError **error);
