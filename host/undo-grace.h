/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "vm-source.h"

/* For how long a VM that runs again after going back can be told that this was a mistake. */
#define FIRN_UNDO_GRACE_US (24 * G_TIME_SPAN_HOUR)

/**
 * firn_undo_grace_get_left_us:
 * @vm: a VM
 * @seen_us: when it first ran again, if it had been off, microseconds since the epoch; or 0
 * @now_us: microseconds since the epoch
 *
 * Returns: for how long what is kept for undoing is still to be kept; 0: it has been long enough;
 * -1: nothing is kept, or the VM does not run, and then it is kept for as long as that
 */
gint64 firn_undo_grace_get_left_us(FirnVm *vm, gint64 seen_us, gint64 now_us);

/**
 * firn_undo_grace_watch:
 * @source: a source that has not been started
 * @jobs: (transfer none): outlives the source
 * @backend: stores the disks
 *
 * Drops what is kept for undoing when the VM has run on for long enough. Of a VM that runs when
 * firnd starts it is not known for how long it was off: it counts as running since it went back.
 */
void firn_undo_grace_watch(FirnVmSource *source, FirnJobs *jobs, FirnBackend *backend);
