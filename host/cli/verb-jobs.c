/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "json-output.h"
#include "table.h"
#include "verb.h"

/* clang-format off */
static const GOptionEntry options[] = {
    {NULL},
};
/* clang-format on */

typedef struct {
    guint id;
    const char *operation;
    const char *state;
    const char *phase;
    const char *vm_path;
    const char *vm_name;
} Line;

static const char *
find_name(GVariant *vms, const char *path)
{
    const char *other, *name;

    for (gsize i = 0; i < g_variant_n_children(vms); i++) {
        g_variant_get_child(vms, i, "(&o&s&s)", &other, NULL, &name);
        if (g_str_equal(other, path))
            return name;
    }
    return "?";
}

static void
read_line(Line *line, GVariant *jobs, gsize index, GVariant *vms)
{
    g_variant_get_child(jobs,
                        index,
                        "(u&s&s&s&o&o)",
                        &line->id,
                        &line->operation,
                        &line->state,
                        &line->phase,
                        &line->vm_path,
                        NULL);
    line->vm_name = find_name(vms, line->vm_path);
}

static GVariant *
line_to_json(const Line *line)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "id", "u", line->id);
    g_variant_dict_insert(&dict, "vm", "s", line->vm_name);
    g_variant_dict_insert(&dict, "operation", "s", line->operation);
    g_variant_dict_insert(&dict, "state", "s", line->state);
    g_variant_dict_insert(&dict, "phase", "s", line->phase);
    return g_variant_dict_end(&dict);
}

static void
print_json(GVariant *jobs, GVariant *vms)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (gsize i = 0; i < g_variant_n_children(jobs); i++) {
        Line line;

        read_line(&line, jobs, i, vms);
        g_variant_builder_add_value(&list, line_to_json(&line));
    }
    firn_json_print(g_variant_builder_end(&list));
}

static FirnPaint
paint_of(const char *state)
{
    if (g_str_equal(state, "completed"))
        return FIRN_PAINT_GOOD;
    return g_str_equal(state, "in-progress") ? FIRN_PAINT_NONE : FIRN_PAINT_BAD;
}

static void
print_table(FirnCli *cli, GVariant *jobs, GVariant *vms)
{
    static const char *const titles[] = {"JOB", "VM", "OPERATION", "STATE", "PHASE", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *text = NULL;

    for (gsize i = 0; i < g_variant_n_children(jobs); i++) {
        Line line;
        g_autofree char *number = NULL;

        read_line(&line, jobs, i, vms);
        number = g_strdup_printf("%u", line.id);
        firn_table_add(table,
                       paint_of(line.state),
                       3,
                       number,
                       line.vm_name,
                       line.operation,
                       line.state,
                       line.phase);
    }
    text = firn_table_render(table, !cli->is_no_legend, cli->is_coloured);
    firn_cli_print(text);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusManager) manager = NULL;
    g_autoptr(GVariant) jobs = NULL;
    g_autoptr(GVariant) vms = NULL;

    if (n_operands > 0)
        return firn_cli_usage(cli, "takes no names; one job is shown by firn job N");
    manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, &error);
    if (manager == NULL || !firn_dbus_manager_call_list_jobs_sync(manager,
                                                                  FIRN_CALL_FLAGS,
                                                                  FIRN_CALL_TIMEOUT_MS,
                                                                  &jobs,
                                                                  NULL,
                                                                  &error))
        return firn_complain(error);
    vms = firn_client_list_vms(cli, &error);
    if (vms == NULL)
        return firn_complain(error);
    if (cli->is_json)
        print_json(jobs, vms);
    else
        print_table(cli, jobs, vms);
    return FIRN_EXIT_DONE;
}

const FirnVerb firn_verb_jobs = {
    "jobs",
    "",
    "list jobs: running ones, and ended ones for five minutes",
    "  firn jobs\n",
    options,
    run,
};
