/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "create-request.h"
#include "job-command.h"
#include "printable.h"

static FirnCreateRequest request; /* for its deadline */

/* clang-format off */
static const GOptionEntry options[] = {
    {"deadline", 0, 0, G_OPTION_ARG_STRING, &request.deadline,
     "How long to retry; 0: without limit (default 60s)", "TIME"},
    {NULL},
};
/* clang-format on */

static int
report(FirnCli *cli, const char *vm, GVariant *result, gpointer data)
{
    const char *complaint = NULL;
    guint32 thawed = 0;

    g_variant_lookup(result, "thawed", "u", &thawed);
    g_variant_lookup(result, "complaint", "&s", &complaint);
    if (complaint != NULL) {
        g_autofree char *printable = firn_printable(complaint);

        firn_report_warning("%s: thawed, but the guest agent reported: %s", vm, printable);
    } else if (thawed == 0) {
        firn_cli_say(cli, "%s: was not frozen", vm);
    } else {
        firn_cli_say(cli, "%s: %u file system(s) thawed", vm, thawed);
    }
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(FirnDBusVM) vm = NULL;
    g_autoptr(GVariant) call_options = NULL;
    g_autoptr(GError) error = NULL;
    GVariant *arguments;

    if (n_operands != 1)
        return firn_cli_usage(cli, "exactly one VM is required");
    call_options = firn_create_request_to_options(&request, &error);
    if (call_options == NULL)
        return firn_cli_usage(cli, "%s", error->message);
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_PROPERTIES, &error);
    if (vm == NULL)
        return firn_report_error(error);
    arguments = g_variant_new("(@a{sv})", call_options);
    return firn_job_command_run(cli, vm, "Thaw", arguments, report, NULL);
}

const FirnCommand firn_command_thaw = {
    "thaw",
    "VM",
    "thaw a guest that another tool has frozen",
    "  firn thaw web1\n"
    "  firn thaw web1 --deadline=10m\n",
    options,
    run,
};
