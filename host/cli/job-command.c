/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-command.h"

#include "bus-path.h"
#include "job-call.h"
#include "job-wait.h"
#include "json-output.h"
#include "printable.h"

typedef struct {
    guint number;
    FirnExit status;
    GVariant *result; /* (owned) (nullable) */
} Run;

static Run
run_job(FirnCli *cli, gpointer proxy, const char *method, GVariant *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = firn_job_call(cli, proxy, method, arguments, &error);
    Run run = {0, FIRN_EXIT_DONE, NULL};

    if (path == NULL) {
        run.status = firn_report_error(error);
        return run;
    }
    run.number = firn_bus_path_to_job(path);
    if (!cli->is_no_block)
        run.status = firn_job_wait(cli, path, &run.result);
    return run;
}

static void
print_json(FirnDBusVM *vm, const Run *run)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, run->result);
    g_variant_dict_insert(&dict, "vm", "s", firn_dbus_vm_get_name(vm));
    g_variant_dict_insert(&dict, "job", "u", run->number);
    firn_json_print(g_variant_dict_end(&dict));
}

int
firn_job_command_run(FirnCli *cli,
                     FirnDBusVM *vm,
                     const char *method,
                     GVariant *arguments,
                     FirnJobReport report,
                     gpointer data)
{
    const Run run = run_job(cli, vm, method, arguments);
    g_autoptr(GVariant) result = run.result;
    g_autofree char *name = firn_printable(firn_dbus_vm_get_name(vm));

    if (run.status != FIRN_EXIT_DONE)
        return (int)run.status;
    if (cli->is_json)
        print_json(vm, &run);
    else if (cli->is_no_block)
        g_print("%u\n", run.number);
    return cli->is_no_block ? FIRN_EXIT_DONE : report(cli, name, result, data);
}

FirnExit
firn_job_command_follow(FirnCli *cli,
                        gpointer proxy,
                        const char *method,
                        GVariant *arguments,
                        GVariant **out_result)
{
    const Run run = run_job(cli, proxy, method, arguments);
    g_autoptr(GVariant) result = run.result;

    if (cli->is_no_block && run.status == FIRN_EXIT_DONE)
        g_print("%u\n", run.number);
    if (out_result != NULL && result != NULL)
        *out_result = g_steal_pointer(&result);
    return run.status;
}
