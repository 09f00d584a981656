/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "restore-command.h"

static FirnRestoreCommand request;

/* clang-format off */
static const GOptionEntry options[] = {
    {"disk", 0, 0, G_OPTION_ARG_STRING_ARRAY, &request.disks,
     "Restore only this disk; may be repeated", "DISK"},
    {"accept-inconsistent", 0, 0, G_OPTION_ARG_NONE, &request.accepts_inconsistent,
     "Restore even if the snapshot is only crash-consistent", NULL},
    FIRN_RESTORE_OPTIONS(request),
    {NULL},
};
/* clang-format on */

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 2 || *operands[1] == '\0')
        return firn_cli_usage(cli, "a VM and a snapshot are required");
    request.key = operands[1];
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
