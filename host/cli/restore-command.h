/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * FirnRestoreCommand:
 * @key: (nullable): the snapshot; %NULL: the undo point
 * @disks: (nullable): only these
 * @config: (nullable): "captured" or "keep"
 * @mode: (nullable): "strict" or "best-effort"
 * @if_running: (nullable): "fail", "stop", "wait" or "wait=TIME", as written
 * @grace: (nullable): how long the guest may take to shut down, as written
 *
 * The options of `firn restore` and `firn undo`.
 */
typedef struct {
    const char *key;  /* (unowned) (nullable) */
    GStrv disks;      /* (owned) (nullable) */
    char *config;     /* (owned) (nullable) */
    char *mode;       /* (owned) (nullable) */
    char *if_running; /* (owned) (nullable) */
    char *grace;      /* (owned) (nullable) */
    gboolean is_running;
    gboolean is_paused;
    gboolean is_off;
    gboolean is_to_stop;
    gboolean accepts_inconsistent;
    gboolean drops_bitmaps;
    gboolean is_forced;
    gboolean is_dry_run;
} FirnRestoreCommand;

/* clang-format off */
/* The options that both commands have, for their tables. */
#define FIRN_RESTORE_OPTIONS(request) \
    {"running", 0, 0, G_OPTION_ARG_NONE, &(request).is_running, "Start the VM afterwards", NULL}, \
    {"paused", 0, 0, G_OPTION_ARG_NONE, &(request).is_paused, \
     "Start the VM paused afterwards", NULL}, \
    {"off", 0, 0, G_OPTION_ARG_NONE, &(request).is_off, "Leave the VM off afterwards", NULL}, \
    {"config", 0, 0, G_OPTION_ARG_STRING, &(request).config, \
     "captured: the VM's configuration is restored, too (default); keep: it is not", "WHICH"}, \
    {"mode", 0, 0, G_OPTION_ARG_STRING, &(request).mode, \
     "If the host lacks what the configuration needs: strict: leave the VM off (default); " \
     "best-effort: leave it out of the configuration", "HOW"}, \
    {"if-running", 0, 0, G_OPTION_ARG_STRING, &(request).if_running, \
     "If the VM runs: fail (default), stop, or wait[=TIME] until it is off (default 5min)", \
     "WHAT"}, \
    {"stop", 0, 0, G_OPTION_ARG_NONE, &(request).is_to_stop, \
     "Short for --if-running=stop: shut it down, and power it off after --grace", NULL}, \
    {"grace", 0, 0, G_OPTION_ARG_STRING, &(request).grace, \
     "How long the guest may take to shut down (default 60s)", "TIME"}, \
    {"drop-bitmaps", 0, 0, G_OPTION_ARG_NONE, &(request).drops_bitmaps, \
     "Remove backup tools' dirty bitmaps; their next backup must be a full one", NULL}, \
    {"force", 0, 0, G_OPTION_ARG_NONE, &(request).is_forced, \
     "Restore even if disks were resized or are shared with another VM, the machine " \
     "changed, QEMU is older, or UEFI variables cannot be restored", NULL}, \
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &(request).is_dry_run, \
     "Print what would be done and all blockers; change nothing", NULL}
/* clang-format on */

/**
 * firn_restore_command_run:
 * @vm_key: name or UUID of the VM
 *
 * Checks the options, plans, asks on a terminal if the snapshot is not consistent, restores, and
 * prints the result.
 *
 * Returns: the exit status
 */
int firn_restore_command_run(FirnRestoreCommand *self, FirnCli *cli, const char *vm_key);
