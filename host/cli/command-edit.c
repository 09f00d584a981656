/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "printable.h"

static char *new_name;
static char *new_comment;

/* clang-format off */
static const GOptionEntry options[] = {
    {"name", 0, 0, G_OPTION_ARG_STRING, &new_name,
     "New name; the tag on the disks does not change", "NAME"},
    {"description", 'd', 0, G_OPTION_ARG_STRING, &new_comment,
     "Free-text description", "TEXT"},
    {"comment", 0, 0, G_OPTION_ARG_STRING, &new_comment,
     "Same as --description", "TEXT"},
    {NULL},
};
/* clang-format on */

static GVariant *
build_values(void)
{
    GVariantDict values;

    g_variant_dict_init(&values, NULL);
    if (new_name != NULL)
        g_variant_dict_insert(&values, "name", "s", new_name);
    if (new_comment != NULL)
        g_variant_dict_insert(&values, "comment", "s", new_comment);
    return g_variant_dict_end(&values);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = NULL;
    g_autoptr(FirnDBusSnapshot) snapshot = NULL;
    g_autofree char *name = NULL;

    if (n_operands != 2)
        return firn_cli_usage(cli, "a VM and a snapshot are required");
    if (new_name == NULL && new_comment == NULL)
        return firn_cli_usage(cli, "nothing to change: use --name or --description");
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_NOTHING, &error);
    if (vm != NULL)
        snapshot = firn_client_snapshot(cli, vm, operands[1], FIRN_LOAD_NOTHING, &error);
    if (snapshot == NULL || !firn_dbus_snapshot_call_update_sync(snapshot,
                                                                 build_values(),
                                                                 FIRN_CALL_FLAGS,
                                                                 FIRN_CALL_TIMEOUT_MS,
                                                                 NULL,
                                                                 &error))
        return firn_report_error(error);
    name = firn_printable(operands[1]);
    firn_cli_say(cli, "snapshot %s changed", name);
    return FIRN_EXIT_DONE;
}

const FirnCommand firn_command_edit = {
    "edit",
    "VM SNAPSHOT",
    "change the name or description of a snapshot",
    "  firn edit web1 before-upgrade --description \"kernel 6.1 -> 6.12\"\n"
    "  firn edit web1 before-upgrade --name good\n",
    options,
    run,
};
