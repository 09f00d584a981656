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
    const char *path;
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
                        &line->path);
    line->vm_name = find_name(vms, line->vm_path);
}

static FirnColor
paint_of(const char *state)
{
    if (g_str_equal(state, "completed"))
        return FIRN_COLOR_GOOD;
    return g_str_equal(state, "pending") || g_str_equal(state, "in-progress") ? FIRN_COLOR_NONE
                                                                              : FIRN_COLOR_BAD;
}

static void
line_to_json(const Line *line, GVariantDict *dict)
{
    g_variant_dict_init(dict, NULL);
    g_variant_dict_insert(dict, "id", "u", line->id);
    g_variant_dict_insert(dict, "vm", "s", line->vm_name);
    g_variant_dict_insert(dict, "operation", "s", line->operation);
    g_variant_dict_insert(dict, "state", "s", line->state);
    g_variant_dict_insert(dict, "phase", "s", line->phase);
}

static void
add_line(FirnTable *table, const Line *line)
{
    g_autofree char *number = g_strdup_printf("%u", line->id);

    firn_table_add(table,
                   paint_of(line->state),
                   3,
                   number,
                   line->vm_name,
                   line->operation,
                   line->state,
                   line->phase);
}

static void
failed_to_json(FirnDBusJob *job, GVariantDict *dict)
{
    g_variant_dict_insert(dict, "finished", "t", firn_dbus_job_get_finished(job));
    g_variant_dict_insert(dict, "error_name", "s", firn_dbus_job_get_error_name(job));
    g_variant_dict_insert(dict, "error_message", "s", firn_dbus_job_get_error_message(job));
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

/* Nothing with --failed if the job has not failed, or if firnd has just dropped it. */
static void
add_job(FirnCli *cli, const Line *line, FirnTable *table, GVariantBuilder *json)
{
    g_autoptr(FirnDBusJob) job = NULL;
    GVariantDict dict;

    if (wants_failed && g_str_equal(line->state, "failed"))
        job = firn_client_job_at(cli, line->path, FIRN_LOAD_PROPERTIES, NULL);
    if (wants_failed && job == NULL)
        return;
    line_to_json(line, &dict);
    if (job == NULL) {
        add_line(table, line);
    } else {
        failed_to_json(job, &dict);
        add_failed(cli, table, line, job);
    }
    g_variant_builder_add_value(json, g_variant_dict_end(&dict));
}

static void
print(FirnCli *cli, GVariant *jobs, GVariant *vms)
{
    static const char *const titles[] = {"JOB", "VM", "OPERATION", "STATE", "PHASE", NULL};
    static const char *const failed[] = {"JOB", "VM", "OPERATION", "PHASE", "ENDED", "ERROR", NULL};
    g_autoptr(FirnTable) table = firn_table_new(wants_failed ? failed : titles);
    g_autoptr(GVariantBuilder) json = g_variant_builder_new(G_VARIANT_TYPE("aa{sv}"));
    g_autofree char *text = NULL;

    for (gsize i = 0; i < g_variant_n_children(jobs); i++) {
        Line line;

        read_line(&line, jobs, i, vms);
        add_job(cli, &line, table, json);
    }
    text = firn_table_render(table, !cli->is_no_legend, cli->is_coloured);
    if (cli->is_json)
        firn_json_print(g_variant_builder_end(json));
    else
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
    print(cli, jobs, vms);
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
