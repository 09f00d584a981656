/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "job-command.h"
#include "printable.h"
#include "restore-command.h"

static FirnRestoreCommand request;
static gboolean is_to_forget;

/* clang-format off */
static const GOptionEntry options[] = {
    {"forget", 0, 0, G_OPTION_ARG_NONE, &is_to_forget,
     "Delete the undo point instead, and free its space", NULL},
    FIRN_RESTORE_OPTIONS(request),
    {NULL},
};
/* clang-format on */

static int
forget(FirnCli *cli, const char *vm_key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, vm_key, FIRN_LOAD_PROPERTIES, &error);
    g_autofree char *name = NULL;
    FirnExit status;

    if (vm == NULL)
        return (int)firn_report_error(error);
    status = firn_job_command_follow(cli, vm, "ForgetUndo", g_variant_new("(a{sv})", NULL), NULL);
    name = firn_printable(firn_dbus_vm_get_name(vm));
    if (status == FIRN_EXIT_DONE && !cli->is_no_block)
        firn_cli_say(cli, "%s: deleted the undo point", name);
    return (int)status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 1)
        return firn_cli_usage(cli, "a VM is required");
    /* Contradictory options are a wrong usage here, too. */
    if (is_to_forget && request.is_running + request.is_paused + request.is_off <= 1)
        return forget(cli, operands[0]);
    return firn_restore_command_run(&request, cli, operands[0]);
}

const FirnCommand firn_command_undo = {
    "undo",
    "VM",
    "undo the last restore",
    "  firn undo web1 --stop\n"
    "  firn undo web1 --forget\n",
    options,
    run,
};
