/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bus-client.h"
#include "command.h"
#include "firn-config.h"
#include "json-output.h"
#include "table.h"
#include "timestamp.h"

#define ERROR_PREFIX FIRN_BUS_NAME ".Error."

static gboolean wants_failed;

/* clang-format off */
static const GOptionEntry options[] = {
    {"failed", 0, 0, G_OPTION_ARG_NONE, &wants_failed,
     "Only failed jobs; failed creates are kept for 24 hours", NULL},
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

static FirnColor
paint_of(const char *state)
{
    if (g_str_equal(state, "completed"))
        return FIRN_COLOR_GOOD;
    return g_str_equal(state, "in-progress") ? FIRN_COLOR_NONE : FIRN_COLOR_BAD;
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

static gboolean
has_failed(GVariant *jobs, gsize index)
{
    const char *state;

    g_variant_get_child(jobs, index, "(u&s&s&s&o&o)", NULL, NULL, &state, NULL, NULL, NULL);
    return g_str_equal(state, "failed");
}

/* %NULL: firnd has just dropped it. */
static FirnDBusJob *
load_job(FirnCli *cli, GVariant *jobs, gsize index)
{
    const char *path;

    g_variant_get_child(jobs, index, "(u&s&s&s&o&o)", NULL, NULL, NULL, NULL, NULL, &path);
    return firn_client_job_at(cli, path, FIRN_LOAD_PROPERTIES, NULL);
}

static GVariant *
failed_to_json(const Line *line, FirnDBusJob *job)
{
    g_autoptr(GVariant) common = g_variant_ref_sink(line_to_json(line));
    GVariantDict dict;

    g_variant_dict_init(&dict, common);
    g_variant_dict_insert(&dict, "finished", "t", firn_dbus_job_get_finished(job));
    g_variant_dict_insert(&dict, "error_name", "s", firn_dbus_job_get_error_name(job));
    g_variant_dict_insert(&dict, "error_message", "s", firn_dbus_job_get_error_message(job));
    return g_variant_dict_end(&dict);
}

static void
add_failed(FirnCli *cli, FirnTable *table, const Line *line, FirnDBusJob *job)
{
    const char *error = firn_dbus_job_get_error_name(job);
    g_autofree char *number = g_strdup_printf("%u", line->id);
    g_autofree char *ended =
        firn_timestamp_format(firn_dbus_job_get_finished(job), cli->is_utc, FALSE);

    firn_table_add(table,
                   FIRN_COLOR_BAD,
                   5,
                   number,
                   line->vm_name,
                   line->operation,
                   line->phase,
                   ended,
                   g_str_has_prefix(error, ERROR_PREFIX) ? error + strlen(ERROR_PREFIX) : error);
}

static void
print_failed(FirnCli *cli, GVariant *jobs, GVariant *vms)
{
    static const char *const titles[] = {"JOB", "VM", "OPERATION", "PHASE", "ENDED", "ERROR", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *text = NULL;
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (gsize i = 0; i < g_variant_n_children(jobs); i++) {
        g_autoptr(FirnDBusJob) job = has_failed(jobs, i) ? load_job(cli, jobs, i) : NULL;
        Line line;

        if (job == NULL)
            continue;
        read_line(&line, jobs, i, vms);
        add_failed(cli, table, &line, job);
        g_variant_builder_add_value(&list, failed_to_json(&line, job));
    }
    if (cli->is_json) {
        firn_json_print(g_variant_builder_end(&list));
        return;
    }
    g_variant_builder_clear(&list);
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
        return firn_cli_usage(cli, "takes no arguments; to show one job: firn job NUMBER");
    manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, &error);
    if (manager == NULL || !firn_dbus_manager_call_list_jobs_sync(manager,
                                                                  FIRN_CALL_FLAGS,
                                                                  FIRN_CALL_TIMEOUT_MS,
                                                                  &jobs,
                                                                  NULL,
                                                                  &error))
        return firn_report_error(error);
    vms = firn_client_list_vms(cli, &error);
    if (vms == NULL)
        return firn_report_error(error);
    if (wants_failed)
        print_failed(cli, jobs, vms);
    else if (cli->is_json)
        print_json(jobs, vms);
    else
        print_table(cli, jobs, vms);
    return FIRN_EXIT_DONE;
}

const FirnCommand firn_command_jobs = {
    "jobs",
    "",
    "list running and recent jobs",
    "  firn jobs\n"
    "  firn jobs --failed\n",
    options,
    run,
};
