/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "vm-source.h"

/* For how long a VM must run after a restore before its undo point expires. */
#define FIRN_UNDO_EXPIRY_US (24 * G_TIME_SPAN_HOUR)

/**
 * FirnRunCount:
 * @undo: (owned) (nullable): UUID of the undo point's snapshot
 * @counted_us: monotonic time up to which is counted; 0: the VM is not known to run
 * @unsaved_us: counted time that is not in the catalogue yet
 *
 * For how long a VM was seen running since the restore.
 */
typedef struct {
    char *undo;
    gint64 counted_us;
    gint64 unsaved_us;
} FirnRunCount;

/**
 * firn_run_count_look:
 * @self: a count; all zero at first
 * @now_us: monotonic
 *
 * Counts up to now, if the VM was seen running since the last call. The time before the first call,
 * or while its state was unknown, is not counted.
 *
 * Returns: time until the undo point expires; 0: it has expired; -1: there is none, or the VM does
 * not run, and the undo point is kept for as long as that
 */
gint64 firn_run_count_look(FirnRunCount *self, FirnVm *vm, gint64 now_us);

/**
 * firn_undo_expiry_watch:
 * @source: a source that is not started yet
 * @jobs: (transfer none): outlives the source
 * @backend: stores the disks
 *
 * Deletes the undo point once the VM was seen running for long enough. The time is stored in the
 * catalogue, for the next firnd.
 */
void firn_undo_expiry_watch(FirnVmSource *source, FirnJobs *jobs, FirnBackend *backend);
