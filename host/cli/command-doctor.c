/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "finding-list.h"
#include "job-call.h"
#include "job-wait.h"
#include "json-output.h"

static gboolean is_freeze;

/* clang-format off */
static const GOptionEntry options[] = {
    {"freeze", 0, 0, G_OPTION_ARG_NONE, &is_freeze,
     "Freeze the guest and thaw it at once, as a test", NULL},
    {NULL},
};
/* clang-format on */

/* @proxy: the VM called @name, or the host, whose name is "". */
static FirnExit
examine(FirnFindingList *list, gpointer proxy, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) findings = firn_client_diagnose(proxy, &error);

    if (findings == NULL)
        return firn_report_error(error);
    firn_finding_list_add(list, name, findings);
    return FIRN_EXIT_DONE;
}

static FirnExit
examine_host(FirnCli *cli, FirnFindingList *list)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, &error);

    return manager == NULL ? firn_report_error(error) : examine(list, manager, "");
}

/* The option itself is the consent. */
static FirnExit
try_freeze(FirnCli *cli, FirnFindingList *list, FirnDBusVM *vm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) findings = NULL;
    g_autofree char *job = NULL;
    FirnExit status;

    job = firn_job_call(cli, vm, "TestFreeze", g_variant_new("(a{sv})", NULL), &error);
    if (job == NULL)
        return firn_report_error(error);
    status = firn_job_wait(cli, job, &result);
    if (result != NULL)
        findings = g_variant_lookup_value(result, "findings", G_VARIANT_TYPE("a(sssss)"));
    if (findings != NULL)
        firn_finding_list_add(list, firn_dbus_vm_get_name(vm), findings);
    return status;
}

static FirnExit
examine_named(FirnCli *cli, FirnFindingList *list, const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, key, FIRN_LOAD_PROPERTIES, &error);
    FirnExit status =
        vm == NULL ? firn_report_error(error) : examine(list, vm, firn_dbus_vm_get_name(vm));

    return status == FIRN_EXIT_DONE && is_freeze ? try_freeze(cli, list, vm) : status;
}

static FirnExit
examine_all(FirnCli *cli, FirnFindingList *list)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) paths = firn_client_find_vms(cli, NULL, 0, &error);
    FirnExit status = paths == NULL ? firn_report_error(error) : examine_host(cli, list);

    for (guint i = 0; status == FIRN_EXIT_DONE && paths[i] != NULL; i++) {
        g_autoptr(FirnDBusVM) vm = firn_client_vm_at(cli, paths[i], FIRN_LOAD_PROPERTIES, &error);

        status =
            vm == NULL ? firn_report_error(error) : examine(list, vm, firn_dbus_vm_get_name(vm));
    }
    return status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(FirnFindingList) list = firn_finding_list_new(cli);
    FirnExit status;

    if (n_operands > 1 || (is_freeze && n_operands == 0))
        return firn_cli_usage(cli,
                              is_freeze ? "--freeze takes exactly one VM"
                                        : "at most one VM can be given");
    status = n_operands == 0 ? examine_all(cli, list) : examine_named(cli, list, operands[0]);
    if (cli->is_json && status == FIRN_EXIT_DONE)
        firn_json_print(firn_finding_list_to_json(list));
    if (!cli->is_json)
        firn_finding_list_print(list);
    if (status != FIRN_EXIT_DONE)
        return (int)status;
    return firn_finding_list_has_errors(list) ? FIRN_EXIT_FAILED : FIRN_EXIT_DONE;
}

const FirnCommand firn_command_doctor = {
    "doctor",
    "[VM]",
    "diagnose problems and suggest remedies",
    "  firn doctor\n"
    "  firn doctor web1\n"
    "  firn doctor web1 --freeze\n",
    options,
    run,
};
