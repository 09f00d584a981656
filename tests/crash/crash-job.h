/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crash-rig.h"

/**
 * FirnCrashJob:
 * @name: of the row
 * @prepare: (nullable): brings about what the job needs, with firnd running
 * @line: (nullable): words for firn; %NULL: starting firnd is the job
 * @left: how many snapshots there are when it has succeeded
 * @word: (nullable): what both disks tell after firn undo, or if there is nothing to undo
 * @keeps_running: the guest runs before it, and has to run after it however it has ended
 *
 * A kind of job that has to hold under any blow. One row in crash-job.c.
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
