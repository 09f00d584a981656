/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crash-rig.h"

/**
 * FirnCrashJob:
 * @name: of the row
 * @prepare: (nullable): prepares what the job needs, with firnd running
 * @line: (nullable): arguments of firn; %NULL: starting firnd is the job
 * @left: the number of snapshots after it has succeeded
 * @word: (nullable): the word on both disks after firn undo, or if there is nothing to undo
 * @keeps_running: the guest runs before it, and must run after it however it ended
 *
 * A kind of job that must survive the end of any victim. One row in crash-job.c.
 */
typedef struct {
    const char *name;
    void (*prepare)(FirnCrashRig *rig);
    const char *line;
    guint left;
    const char *word;
    gboolean keeps_running;
} FirnCrashJob;

/**
 * firn_crash_jobs:
 *
 * Returns: (transfer none): all of them; the last has no name
 */
const FirnCrashJob *firn_crash_jobs(void);
