/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-path.h"
#include "going-back.h"
#include "job-call.h"
#include "job-wait.h"
#include "verb.h"

static FirnGoingBack request;
static gboolean is_running;
static gboolean is_paused;
static gboolean is_off;
static gboolean is_to_forget;

/* clang-format off */
static const GOptionEntry options[] = {
    {"running", 0, 0, G_OPTION_ARG_NONE, &is_running, "It runs afterwards", NULL},
    {"paused", 0, 0, G_OPTION_ARG_NONE, &is_paused, "It stands still afterwards", NULL},
    {"off", 0, 0, G_OPTION_ARG_NONE, &is_off, "It is off afterwards", NULL},
    {"stop", 0, 0, G_OPTION_ARG_NONE, &request.is_to_stop,
     "Shut it down if it runs, and pull the plug if that takes too long", NULL},
    {"grace", 0, 0, G_OPTION_ARG_STRING, &request.grace,
     "How long its guest may take to shut down (default 60s)", "TIME"},
    {"drop-bitmaps", 0, 0, G_OPTION_ARG_NONE, &request.drops_bitmaps,
     "Remove dirty bitmaps of backup tools: their next backup has to be a full one", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &request.is_forced,
     "Also if disks have been resized since: they get their old size", NULL},
    {"forget", 0, 0, G_OPTION_ARG_NONE, &is_to_forget,
     "Drop what is kept for undoing instead, and give its room back", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &request.is_dry_run,
     "Change nothing; tell what would be done and all that stands in the way", NULL},
    {NULL},
};
/* clang-format on */

static int
forget(FirnCli *cli, const char *vm_key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, vm_key, FIRN_LOAD_PROPERTIES, &error);
    g_autofree char *job = NULL;
    FirnExit status;

    if (vm != NULL)
        job = firn_job_call(cli, vm, "ForgetUndo", g_variant_new("(a{sv})", NULL), &error);
    if (job == NULL)
        return (int)firn_complain(error);
    if (cli->is_no_block) {
        g_print("%u\n", firn_bus_path_to_job(job));
        return FIRN_EXIT_DONE;
    }
    status = firn_job_wait(cli, job, NULL);
    if (status == FIRN_EXIT_DONE)
        firn_cli_say(cli, "%s: nothing is kept for undoing any more", firn_dbus_vm_get_name(vm));
    return (int)status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 1)
        return firn_cli_usage(cli, "give a VM");
    if (is_running + is_paused + is_off > 1)
        return firn_cli_usage(cli, "--running, --paused and --off exclude each other");
    if (is_to_forget)
        return forget(cli, operands[0]);
    request.run = is_running ? "running" : is_paused ? "paused" : is_off ? "off" : NULL;
    return firn_going_back_run(&request, cli, operands[0]);
}

const FirnVerb firn_verb_undo = {
    "undo",
    "VM",
    "be as it was before it last went back to a snapshot",
    "  firn undo web1 --stop\n"
    "  firn undo web1 --forget\n",
    options,
    run,
};
