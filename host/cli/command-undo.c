/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-path.h"
#include "command.h"
#include "job-call.h"
#include "job-wait.h"
#include "printable.h"
#include "restore-command.h"

static FirnRestoreCommand request;
static gboolean is_running;
static gboolean is_paused;
static gboolean is_off;
static gboolean is_to_forget;

/* clang-format off */
static const GOptionEntry options[] = {
    {"running", 0, 0, G_OPTION_ARG_NONE, &is_running, "Start the VM afterwards", NULL},
    {"paused", 0, 0, G_OPTION_ARG_NONE, &is_paused, "Start the VM paused afterwards", NULL},
    {"off", 0, 0, G_OPTION_ARG_NONE, &is_off, "Leave the VM off afterwards", NULL},
    {"stop", 0, 0, G_OPTION_ARG_NONE, &request.is_to_stop,
     "Shut down a running VM first, and power it off if that takes too long", NULL},
    {"grace", 0, 0, G_OPTION_ARG_STRING, &request.grace,
     "How long the guest may take to shut down (default 60s)", "TIME"},
    {"drop-bitmaps", 0, 0, G_OPTION_ARG_NONE, &request.drops_bitmaps,
     "Remove backup tools' dirty bitmaps; their next backup must be a full one", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &request.is_forced,
     "Restore even if disks were resized, the machine changed, "
     "or UEFI variables cannot be restored", NULL},
    {"forget", 0, 0, G_OPTION_ARG_NONE, &is_to_forget,
     "Delete the undo point instead, and free its space", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &request.is_dry_run,
     "Print what would be done and all blockers; change nothing", NULL},
    {NULL},
};
/* clang-format on */

static int
forget(FirnCli *cli, const char *vm_key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, vm_key, FIRN_LOAD_PROPERTIES, &error);
    g_autofree char *job = NULL;
    g_autofree char *name = NULL;
    FirnExit status;

    if (vm != NULL)
        job = firn_job_call(cli, vm, "ForgetUndo", g_variant_new("(a{sv})", NULL), &error);
    if (job == NULL)
        return (int)firn_report_error(error);
    if (cli->is_no_block) {
        g_print("%u\n", firn_bus_path_to_job(job));
        return FIRN_EXIT_DONE;
    }
    status = firn_job_wait(cli, job, NULL);
    name = firn_printable(firn_dbus_vm_get_name(vm));
    if (status == FIRN_EXIT_DONE)
        firn_cli_say(cli, "%s: deleted the undo point", name);
    return (int)status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 1)
        return firn_cli_usage(cli, "a VM is required");
    if (is_running + is_paused + is_off > 1)
        return firn_cli_usage(cli, "--running, --paused and --off are mutually exclusive");
    if (is_to_forget)
        return forget(cli, operands[0]);
    request.run = is_running ? "running" : is_paused ? "paused" : is_off ? "off" : NULL;
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
