/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "bus-path.h"
#include "command.h"
#include "duration.h"
#include "evidence-view.h"
#include "field.h"
#include "job-wait.h"
#include "json-output.h"
#include "progress-text.h"
#include "resume-report.h"
#include "timestamp.h"

static gboolean wants_wait;
static gboolean wants_cancel;

/* clang-format off */
static const GOptionEntry options[] = {
    {"wait", 0, 0, G_OPTION_ARG_NONE, &wants_wait,
     "Wait for the job to end; exit with its status", NULL},
    {"cancel", 0, 0, G_OPTION_ARG_NONE, &wants_cancel, "Cancel the job", NULL},
    {NULL},
};
/* clang-format on */

/* @key is a job's number, or a VM whose running job is meant. */
static char *
find_job(FirnCli *cli, const char *key, GError **error)
{
    g_autoptr(FirnDBusVM) vm = NULL;
    guint64 id;

    if (g_ascii_string_to_unsigned(key, 10, 1, G_MAXUINT, &id, NULL))
        return firn_bus_path_of_job((guint)id);
    vm = firn_client_vm(cli, key, FIRN_LOAD_PROPERTIES, error);
    if (vm == NULL)
        return NULL;
    if (!g_str_equal(firn_dbus_vm_get_job(vm), "/"))
        return firn_dbus_vm_dup_job(vm);
    g_set_error(error,
                G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND,
                "%s: no job is running; ended ones: firn jobs",
                key);
    return NULL;
}

static void
print_times(FirnCli *cli, FirnDBusJob *job)
{
    guint64 started_us = firn_dbus_job_get_started(job);
    guint64 finished_us = firn_dbus_job_get_finished(job);
    guint64 end_us = finished_us == 0 ? (guint64)g_get_real_time() : finished_us;
    g_autofree char *started = firn_timestamp_format(started_us, cli->is_utc, TRUE);
    g_autofree char *took = firn_duration_format(end_us > started_us ? end_us - started_us : 0);
    g_autofree char *by = g_strdup_printf("uid %u", firn_dbus_job_get_started_by_uid(job));

    firn_field_print("Started", started);
    firn_field_print("Started by", by);
    firn_field_print(finished_us == 0 ? "Running for" : "Took", took);
}

static char *
dup_vm_name(FirnCli *cli, FirnDBusJob *job)
{
    const char *path = firn_dbus_job_get_vm(job);
    g_autoptr(FirnDBusVM) vm = firn_client_vm_at(cli, path, FIRN_LOAD_PROPERTIES, NULL);

    if (vm == NULL || firn_dbus_vm_get_name(vm) == NULL)
        return firn_client_uuid_of(path);
    return firn_dbus_vm_dup_name(vm);
}

/* A user who waited has seen the result; this shows it to one who did not. */
static void
print_resumed(FirnDBusJob *job, const char *vm)
{
    g_auto(GStrv) words = firn_resume_report(firn_dbus_job_get_result(job), vm);

    for (GStrv word = words; *word != NULL; word++)
        firn_field_print(word == words ? "Unfinished" : "", *word);
}

/* For a failed job. */
static GVariant *
parse_evidence(GVariant *result)
{
    const char *text;

    return g_variant_lookup(result, "evidence", "&s", &text) ? firn_json_parse(text) : NULL;
}

static void
print_evidence(FirnCli *cli, FirnDBusJob *job)
{
    GVariant *result = firn_dbus_job_get_result(job);
    g_autoptr(GVariant) evidence = parse_evidence(result);
    g_auto(GStrv) words = NULL;
    g_autofree char *line = NULL;

    if (evidence == NULL)
        return;
    if (g_variant_lookup(result, "indications", "^as", &words)) {
        line = g_strjoinv(", ", words);
        firn_field_print("Indications", line);
    }
    firn_evidence_view_print(cli, evidence, firn_evidence_view_get_frozen_us(evidence));
}

static void
print_json(FirnDBusJob *job)
{
    g_autoptr(GVariant) properties = firn_client_properties(job);
    GVariant *result = firn_dbus_job_get_result(job);
    g_autoptr(GVariant) evidence = parse_evidence(result);
    GVariantDict whole, part;

    if (evidence == NULL) {
        firn_json_print(properties);
        return;
    }
    g_variant_dict_init(&part, result);
    g_variant_dict_insert_value(&part, "evidence", evidence);
    g_variant_dict_init(&whole, properties);
    g_variant_dict_insert_value(&whole, "Result", g_variant_dict_end(&part));
    firn_json_print(g_variant_dict_end(&whole));
}

static void
print_job(FirnCli *cli, FirnDBusJob *job)
{
    g_autofree char *number = g_strdup_printf("%u", firn_dbus_job_get_id(job));
    g_autofree char *progress = g_strdup_printf("%.0f %%", firn_dbus_job_get_progress(job) * 100.0);
    g_autofree char *transfer = firn_progress_text_of_job(job);
    g_autofree char *vm = dup_vm_name(cli, job);

    firn_field_print("Job", number);
    firn_field_print("VM", vm);
    firn_field_print("Operation", firn_dbus_job_get_operation(job));
    firn_field_print("State", firn_dbus_job_get_state(job));
    firn_field_print("Phase", firn_dbus_job_get_phase(job));
    if (*firn_dbus_job_get_holders(job) != '\0')
        firn_field_print("Held for", firn_dbus_job_get_holders(job));
    firn_field_print("Progress", progress);
    if (transfer != NULL)
        firn_field_print("Carried", transfer);
    print_times(cli, job);
    print_resumed(job, vm);
    if (*firn_dbus_job_get_error_name(job) != '\0') {
        firn_field_print("Error", firn_dbus_job_get_error_name(job));
        firn_field_print("", firn_dbus_job_get_error_message(job));
    }
    print_evidence(cli, job);
}

static int
show(FirnCli *cli, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusJob) job = firn_client_job_at(cli, path, FIRN_LOAD_PROPERTIES, &error);

    if (job == NULL)
        return firn_report_error(error);
    if (cli->is_json)
        print_json(job);
    else
        print_job(cli, job);
    return FIRN_EXIT_DONE;
}

static int
cancel(FirnCli *cli, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusJob) job = firn_client_job_at(cli, path, FIRN_LOAD_PROPERTIES, &error);

    if (job == NULL || !firn_dbus_job_call_cancel_sync(job,
                                                       g_variant_new("a{sv}", NULL),
                                                       FIRN_CALL_FLAGS,
                                                       FIRN_CALL_TIMEOUT_MS,
                                                       NULL,
                                                       &error))
        return firn_report_error(error);
    firn_cli_say(cli, "cancelling job %u", firn_dbus_job_get_id(job));
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    FirnExit status = FIRN_EXIT_DONE;

    if (n_operands != 1)
        return firn_cli_usage(cli, "the number of a job, or a VM with a running job, is required");
    path = find_job(cli, operands[0], &error);
    if (path == NULL)
        return firn_report_error(error);
    if (wants_cancel)
        status = cancel(cli, path);
    if (wants_wait && status == FIRN_EXIT_DONE)
        status = firn_job_wait(cli, path, NULL);
    if (wants_wait || wants_cancel)
        return (int)status;
    return show(cli, path);
}

const FirnCommand firn_command_job = {
    "job",
    "NUMBER | VM",
    "show, wait for or cancel a job",
    "  firn job 7\n"
    "  firn job 7 --wait\n"
    "  firn job web1 --cancel\n",
    options,
    run,
};
