/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "job-command.h"
#include "json-output.h"
#include "table.h"

static gboolean is_dry_run;

/* clang-format off */
static const GOptionEntry options[] = {
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &is_dry_run,
     "Print what would be imported; change nothing", NULL},
    {NULL},
};
/* clang-format on */

static GVariant *
build_arguments(char **tags, guint n_tags)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    if (n_tags > 0)
        g_variant_dict_insert_value(&dict,
                                    "snapshots",
                                    g_variant_new_strv((const char *const *)tags, n_tags));
    if (is_dry_run)
        g_variant_dict_insert(&dict, "dry-run", "b", TRUE);
    return g_variant_new("(@a{sv})", g_variant_dict_end(&dict));
}

/* The two lists of a job's result; empty if missing. */
static GVariant *
take_list(GVariant *result, const char *key, const char *type)
{
    GVariant *list = g_variant_lookup_value(result, key, G_VARIANT_TYPE(type));

    return list != NULL
               ? list
               : g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE(type + 1), NULL, 0));
}

static GVariant *
to_dicts(GVariant *rows, const char *const *keys)
{
    GVariantBuilder dicts;

    g_variant_builder_init(&dicts, G_VARIANT_TYPE("aa{sv}"));
    for (gsize i = 0; i < g_variant_n_children(rows); i++) {
        g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
        GVariantDict dict;

        g_variant_dict_init(&dict, NULL);
        for (guint j = 0; keys[j] != NULL; j++) {
            g_autoptr(GVariant) text = g_variant_get_child_value(row, j);

            g_variant_dict_insert_value(&dict, keys[j], text);
        }
        g_variant_builder_add_value(&dicts, g_variant_dict_end(&dict));
    }
    return g_variant_builder_end(&dicts);
}

static void
print_json(const char *vm_name, GVariant *adopted, GVariant *left)
{
    static const char *const adopted_keys[] = {"tag", "name", "uuid", "verdict", NULL};
    static const char *const left_keys[] = {"tag", "reason", "message", NULL};
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "vm", "s", vm_name);
    g_variant_dict_insert(&dict, "dry-run", "b", is_dry_run);
    g_variant_dict_insert_value(&dict, "adopted", to_dicts(adopted, adopted_keys));
    g_variant_dict_insert_value(&dict, "left", to_dicts(left, left_keys));
    firn_json_print(g_variant_dict_end(&dict));
}

static void
print_table(FirnCli *cli, GVariant *adopted, GVariant *left)
{
    static const char *const titles[] = {"TAG", "STATE", "NAME", "VERDICT", "WHY", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *lines = NULL;
    const char *tag, *name, *verdict, *word, *why;
    GVariantIter iter;

    g_variant_iter_init(&iter, adopted);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &tag, &name, NULL, &verdict))
        firn_table_add(table,
                       FIRN_COLOR_GOOD,
                       1,
                       tag,
                       is_dry_run ? "importable" : "imported",
                       name,
                       verdict,
                       NULL);
    g_variant_iter_init(&iter, left);
    while (g_variant_iter_next(&iter, "(&s&s&s)", &tag, &word, &why))
        firn_table_add(table, FIRN_COLOR_CAUTION, 1, tag, word, NULL, NULL, why);
    lines = firn_table_render(table, !cli->is_no_legend, cli->is_coloured);
    firn_cli_print(lines);
}

static void
report(FirnCli *cli, const char *vm_name, GVariant *adopted, GVariant *left)
{
    gsize n_adopted = g_variant_n_children(adopted);
    gsize n_left = g_variant_n_children(left);

    if (cli->is_json) {
        print_json(vm_name, adopted, left);
        return;
    }
    if (n_adopted + n_left > 0)
        print_table(cli, adopted, left);
    firn_cli_say(cli,
                 "%s: %" G_GSIZE_FORMAT " %s, %" G_GSIZE_FORMAT " skipped",
                 vm_name,
                 n_adopted,
                 is_dry_run ? "to be imported" : "imported",
                 n_left);
}

static FirnExit
adopt(FirnCli *cli, FirnDBusVM *vm, GVariant *arguments)
{
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) adopted = NULL;
    g_autoptr(GVariant) left = NULL;
    FirnExit status = firn_job_command_follow(cli, vm, "Adopt", arguments, &result);

    if (result == NULL)
        return status;
    adopted = take_list(result, "adopted", "a(ssss)");
    left = take_list(result, "left", "a(sss)");
    if (status == FIRN_EXIT_DONE || g_variant_n_children(adopted) > 0)
        report(cli, firn_dbus_vm_get_name(vm), adopted, left);
    if (status != FIRN_EXIT_DONE && g_variant_n_children(adopted) > 0)
        return FIRN_EXIT_PARTLY;
    return status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = NULL;
    guint n_skipped;

    if (n_operands == 0)
        return firn_cli_usage(cli, "a VM is required");
    /* GLib leaves "--" in before a tag that looks like an option. */
    n_skipped = n_operands > 1 && g_str_equal(operands[1], "--") ? 2 : 1;
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_PROPERTIES, &error);
    if (vm == NULL)
        return (int)firn_report_error(error);
    return (int)adopt(cli, vm, build_arguments(operands + n_skipped, n_operands - n_skipped));
}

const FirnCommand firn_command_adopt = {
    "adopt",
    "VM [SNAPSHOT...]",
    "import snapshots made by other tools",
    "  firn adopt web1 --dry-run\n"
    "  firn adopt web1\n"
    "  firn adopt web1 nightly\n",
    options,
    run,
};
