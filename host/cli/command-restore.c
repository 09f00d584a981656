/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "restore-command.h"

static FirnRestoreCommand request;
static gboolean is_running;
static gboolean is_paused;
static gboolean is_off;

/* clang-format off */
static const GOptionEntry options[] = {
    {"disk", 0, 0, G_OPTION_ARG_STRING_ARRAY, &request.disks,
     "Restore only this disk; may be repeated", "DISK"},
    {"running", 0, 0, G_OPTION_ARG_NONE, &is_running, "Start the VM afterwards", NULL},
    {"paused", 0, 0, G_OPTION_ARG_NONE, &is_paused, "Start the VM paused afterwards", NULL},
    {"off", 0, 0, G_OPTION_ARG_NONE, &is_off, "Leave the VM off afterwards", NULL},
    {"stop", 0, 0, G_OPTION_ARG_NONE, &request.is_to_stop,
     "Shut down a running VM first, and power it off if that takes too long", NULL},
    {"grace", 0, 0, G_OPTION_ARG_STRING, &request.grace,
     "How long the guest may take to shut down (default 60s)", "TIME"},
    {"accept-inconsistent", 0, 0, G_OPTION_ARG_NONE, &request.accepts_inconsistent,
     "Restore even if the snapshot is only crash-consistent", NULL},
    {"drop-bitmaps", 0, 0, G_OPTION_ARG_NONE, &request.drops_bitmaps,
     "Remove backup tools' dirty bitmaps; their next backup must be a full one", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &request.is_forced,
     "Restore even if disks were resized, the machine changed, "
     "or UEFI variables cannot be restored", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &request.is_dry_run,
     "Print what would be done and all blockers; change nothing", NULL},
    {NULL},
};
/* clang-format on */

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 2 || *operands[1] == '\0')
        return firn_cli_usage(cli, "a VM and a snapshot are required");
    if (is_running + is_paused + is_off > 1)
        return firn_cli_usage(cli, "--running, --paused and --off are mutually exclusive");
    request.key = operands[1];
    request.run = is_running ? "running" : is_paused ? "paused" : is_off ? "off" : NULL;
    return firn_restore_command_run(&request, cli, operands[0]);
}

const FirnCommand firn_command_restore = {
    "restore",
    "VM SNAPSHOT",
    "restore a VM to a snapshot; to undo it: firn undo",
    "  firn restore web1 before-upgrade --dry-run\n"
    "  firn restore web1 before-upgrade --stop\n"
    "  firn restore web1 before-upgrade --disk vdb --off\n",
    options,
    run,
};
