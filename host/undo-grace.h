/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "vm-source.h"

/* For how long a VM that runs again after going back can be told that this was a mistake. */
#define FIRN_UNDO_GRACE_US (24 * G_TIME_SPAN_HOUR)

/**
 * FirnRunCount:
 * @undo: (owned) (nullable): UUID of what is kept for undoing
 * @counted_us: up to when it is counted, monotonic; 0: the VM does not run, as far as is known
 * @unsaved_us: for how long it was seen running, and that is not in the catalogue yet
 *
 * For how long a VM was seen running since it went back.
 */
typedef struct {
    char *undo;
    gint64 counted_us;
    gint64 unsaved_us;
} FirnRunCount;

/**
 * firn_run_count_look:
 * @self: a count; all zero at first
 * @vm: its VM
 * @now_us: monotonic
 *
 * Counts up to now, if the VM was seen running since the last look. What it did before the first
 * one, or while its state was not known, is not counted.
 *
 * Returns: for how long what is kept for undoing is still to be kept; 0: it has been long enough;
 * -1: nothing is kept, or the VM does not run, and then it is kept for as long as that
 */
gint64 firn_run_count_look(FirnRunCount *self, FirnVm *vm, gint64 now_us);

/**
 * firn_undo_grace_watch:
 * @source: a source that has not been started
 * @jobs: (transfer none): outlives the source
 * @backend: stores the disks
 *
 * Drops what is kept for undoing when the VM was seen running for long enough. The sum is kept in
 * the catalogue, for the next firnd.
 */
void firn_undo_grace_watch(FirnVmSource *source, FirnJobs *jobs, FirnBackend *backend);
