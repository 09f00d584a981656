/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "bus-path.h"
#include "command.h"
#include "create-request.h"
#include "job-call.h"
#include "job-wait.h"
#include "json-output.h"
#include "printable.h"

static FirnCreateRequest request; /* for its deadline */

/* clang-format off */
static const GOptionEntry options[] = {
    {"deadline", 0, 0, G_OPTION_ARG_STRING, &request.deadline,
     "How long to retry; 0: without limit (default 60s)", "TIME"},
    {NULL},
};
/* clang-format on */

static void
say_result(FirnCli *cli, const char *vm_name, GVariant *result)
{
    g_autofree char *vm = firn_printable(vm_name);
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
}

static void
print_json(const char *vm_name, const char *job_path, GVariant *result)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, result);
    g_variant_dict_insert(&dict, "vm", "s", vm_name);
    g_variant_dict_insert(&dict, "job", "u", firn_bus_path_to_job(job_path));
    firn_json_print(g_variant_dict_end(&dict));
}

static int
finish(FirnCli *cli, const char *vm_name, const char *job_path)
{
    g_autoptr(GVariant) result = NULL;
    FirnExit status = FIRN_EXIT_DONE;

    if (cli->is_no_block && !cli->is_json)
        g_print("%u\n", firn_bus_path_to_job(job_path));
    if (!cli->is_no_block)
        status = firn_job_wait(cli, job_path, &result);
    if (status != FIRN_EXIT_DONE)
        return status;
    if (cli->is_json)
        print_json(vm_name, job_path, result);
    if (result != NULL)
        say_result(cli, vm_name, result);
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(FirnDBusVM) vm = NULL;
    g_autoptr(GVariant) call_options = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *job_path = NULL;

    if (n_operands != 1)
        return firn_cli_usage(cli, "exactly one VM is required");
    call_options = firn_create_request_to_options(&request, &error);
    if (call_options == NULL)
        return firn_cli_usage(cli, "%s", error->message);
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_PROPERTIES, &error);
    if (vm != NULL)
        job_path = firn_job_call(cli, vm, "Thaw", g_variant_new("(@a{sv})", call_options), &error);
    if (job_path == NULL)
        return firn_report_error(error);
    return finish(cli, firn_dbus_vm_get_name(vm), job_path);
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
