/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * FirnGoingBack:
 * @key: (nullable): the snapshot; %NULL: what was kept for undoing
 * @disks: (nullable): only these
 * @grace: (nullable): how long the guest may take to shut down, as written
 * @run: (nullable): "running", "paused" or "off"
 *
 * What `firn restore` and `firn undo` were told.
 */
typedef struct {
    const char *key; /* (unowned) (nullable) */
    GStrv disks;     /* (owned) (nullable) */
    char *grace;     /* (owned) (nullable) */
    const char *run; /* a constant */
    gboolean is_to_stop;
    gboolean accepts_inconsistent;
    gboolean drops_bitmaps;
    gboolean is_forced;
    gboolean is_dry_run;
} FirnGoingBack;

/**
 * firn_going_back_run:
 * @self: what was told
 * @cli: the command line
 * @vm_key: name or UUID of the VM
 *
 * Plans, asks if somebody is at the terminal and it matters, goes back, and tells how that went.
 *
 * Returns: the exit status
 */
int firn_going_back_run(FirnGoingBack *self, FirnCli *cli, const char *vm_key);
