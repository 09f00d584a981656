/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"

#define FIRN_VERIFY_FINDINGS_TYPE "a(ssss)"

/**
 * firn_verify_job_start:
 * @backend: stores the disks
 * @is_repair: repair what can be repaired without losing anything
 * @started_by: uid of the caller
 *
 * Compares catalogue, disks and journal, as firn_verify_scan_run(). Changes nothing without
 * @is_repair. With it, the job first ends interrupted jobs as firn_recover_intents() does, and
 * removes the records of snapshots that no disk has, if every disk was read. Foreign snapshots, and
 * what is left of a snapshot on some disks, are never changed. Main loop only. Its result:
 * "findings" (a(ssss): state, snapshot or tag or file, disks, what to do).
 *
 * Errors: %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_verify_job_start(FirnJobs *jobs,
                               FirnVm *vm,
                               FirnBackend *backend,
                               gboolean is_repair,
                               guint started_by,
                               GError **error);
