/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * FirnRestoreCommand:
 * @key: (nullable): the snapshot; %NULL: the undo point
 * @disks: (nullable): only these
 * @grace: (nullable): how long the guest may take to shut down, as written
 * @run: (nullable): "running", "paused" or "off"
 *
 * The options of `firn restore` and `firn undo`.
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
} FirnRestoreCommand;

/**
 * firn_restore_command_run:
 * @cli: the command line
 * @vm_key: name or UUID of the VM
 *
 * Plans, asks on a terminal if the snapshot is not consistent, restores, and prints the result.
 *
 * Returns: the exit status
 */
int firn_restore_command_run(FirnRestoreCommand *self, FirnCli *cli, const char *vm_key);
