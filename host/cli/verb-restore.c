/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "going-back.h"
#include "verb.h"

static FirnGoingBack request;
static gboolean is_running;
static gboolean is_paused;
static gboolean is_off;

/* clang-format off */
static const GOptionEntry options[] = {
    {"disk", 0, 0, G_OPTION_ARG_STRING_ARRAY, &request.disks,
     "Only this disk; may be given again", "DISK"},
    {"running", 0, 0, G_OPTION_ARG_NONE, &is_running, "It runs afterwards", NULL},
    {"paused", 0, 0, G_OPTION_ARG_NONE, &is_paused, "It stands still afterwards", NULL},
    {"off", 0, 0, G_OPTION_ARG_NONE, &is_off, "It is off afterwards", NULL},
    {"stop", 0, 0, G_OPTION_ARG_NONE, &request.is_to_stop,
     "Shut it down if it runs, and pull the plug if that takes too long", NULL},
    {"grace", 0, 0, G_OPTION_ARG_STRING, &request.grace,
     "How long its guest may take to shut down (default 60s)", "TIME"},
    {"accept-inconsistent", 0, 0, G_OPTION_ARG_NONE, &request.accepts_inconsistent,
     "Also if nothing proves that the snapshot is consistent", NULL},
    {"drop-bitmaps", 0, 0, G_OPTION_ARG_NONE, &request.drops_bitmaps,
     "Remove dirty bitmaps of backup tools: their next backup has to be a full one", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &request.is_forced,
     "Also if disks have been resized since: they get their old size", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &request.is_dry_run,
     "Change nothing; tell what would be done and all that stands in the way", NULL},
    {NULL},
};
/* clang-format on */

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands != 2 || *operands[1] == '\0')
        return firn_cli_usage(cli, "give a VM and a snapshot");
    if (is_running + is_paused + is_off > 1)
        return firn_cli_usage(cli, "--running, --paused and --off exclude each other");
    request.key = operands[1];
    request.run = is_running ? "running" : is_paused ? "paused" : is_off ? "off" : NULL;
    return firn_going_back_run(&request, cli, operands[0]);
}

const FirnVerb firn_verb_restore = {
    "restore",
    "VM SNAPSHOT",
    "go back to a snapshot; firn undo goes back from that",
    "  firn restore web1 before-upgrade --dry-run\n"
    "  firn restore web1 before-upgrade --stop\n"
    "  firn restore web1 before-upgrade --disk vdb --off\n",
    options,
    run,
};
