/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-command.h"

#include "bus-path.h"
#include "duration.h"
#include "job-call.h"
#include "job-wait.h"
#include "json-output.h"
#include "plan-view.h"
#include "printable.h"
#include "question.h"
#include "resume-report.h"

static gboolean
add_grace(FirnRestoreCommand *self, GVariantDict *options, GError **error)
{
    guint64 us;

    if (self->grace == NULL)
        return TRUE;
    if (!firn_duration_parse(self->grace, &us, error)) {
        g_prefix_error(error, "--grace: ");
        return FALSE;
    }
    g_variant_dict_insert(options, "grace", "t", us);
    return TRUE;
}

static GVariant *
to_options(FirnRestoreCommand *self, GError **error)
{
    g_auto(GVariantDict) options = G_VARIANT_DICT_INIT(NULL);

    if (!add_grace(self, &options, error))
        return NULL;
    if (self->disks != NULL)
        g_variant_dict_insert(&options, "disks", "^as", self->disks);
    if (self->run != NULL)
        g_variant_dict_insert(&options, "run", "s", self->run);
    if (self->is_to_stop)
        g_variant_dict_insert(&options, "stop", "b", TRUE);
    if (self->accepts_inconsistent)
        g_variant_dict_insert(&options, "accept-inconsistent", "b", TRUE);
    if (self->drops_bitmaps)
        g_variant_dict_insert(&options, "drop-bitmaps", "b", TRUE);
    if (self->is_forced)
        g_variant_dict_insert(&options, "force", "b", TRUE);
    return g_variant_ref_sink(g_variant_dict_end(&options));
}

static GVariant *
plan(FirnRestoreCommand *self, FirnDBusVM *vm, GError **error)
{
    g_autoptr(GVariant) options = to_options(self, error);
    GVariant *result = NULL;

    if (options == NULL || !firn_dbus_vm_call_plan_restore_sync(vm,
                                                                self->key == NULL ? "" : self->key,
                                                                options,
                                                                FIRN_CALL_FLAGS,
                                                                FIRN_CALL_TIMEOUT_MS,
                                                                &result,
                                                                NULL,
                                                                error))
        return NULL;
    return result;
}

static int
print_plan(FirnRestoreCommand *self, FirnCli *cli, FirnDBusVM *vm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) result = plan(self, vm, &error);

    if (result == NULL)
        return (int)firn_report_error(error);
    if (cli->is_json)
        firn_json_print(result);
    else if (!cli->is_quiet)
        firn_plan_view_print_restore(cli, result);
    return (int)firn_plan_view_status(result);
}

/* firn asks on a terminal; without one --accept-inconsistent is required. */
static gboolean
is_accepted(FirnRestoreCommand *self, FirnDBusVM *vm)
{
    g_autoptr(GVariant) result = NULL;
    g_autofree char *name = NULL;
    const char *text = "";

    if (self->accepts_inconsistent || !firn_question_can_ask())
        return TRUE;
    result = plan(self, vm, NULL);
    if (result == NULL || !firn_plan_view_has_blocker(result, "NotConsistent"))
        return TRUE;
    g_variant_lookup(result, "name", "&s", &text);
    name = firn_printable(text);
    self->accepts_inconsistent = firn_question_ask(
        "Snapshot %s is only crash-consistent (as after a power failure). Restore it anyway?",
        name);
    return self->accepts_inconsistent;
}

static char *
start(FirnRestoreCommand *self, FirnCli *cli, FirnDBusVM *vm, GError **error)
{
    g_autoptr(GVariant) options = to_options(self, error);

    if (options == NULL)
        return NULL;
    if (self->key == NULL)
        return firn_job_call(cli, vm, "Undo", g_variant_new("(@a{sv})", options), error);
    return firn_job_call(cli, vm, "Restore", g_variant_new("(s@a{sv})", self->key, options), error);
}

static void
say_list(const char *vm, GVariant *result, const char *key, const char *before)
{
    g_autofree const char **words = NULL;

    if (!g_variant_lookup(result, key, "^a&s", &words))
        return;
    for (const char **word = words; *word != NULL; word++)
        firn_report_warning("%s: %s%s", vm, before, *word);
}

static void
say_waking(const char *vm, GVariant *result)
{
    g_auto(GStrv) words = firn_resume_report(result, vm);

    for (GStrv word = words; *word != NULL; word++)
        firn_report_warning("%s: warning: %s", vm, *word);
}

/* What was restored: with --disk only some disks of the VM. */
static char *
describe_subject(FirnRestoreCommand *self, const char *vm)
{
    g_autofree char *disks = NULL;

    if (self->disks == NULL)
        return g_strdup(vm);
    disks = g_strjoinv(", ", self->disks);
    return g_strdup_printf("%s: disk %s", vm, disks);
}

static void
say_result(FirnRestoreCommand *self, FirnCli *cli, const char *vm_name, GVariant *result)
{
    g_autofree char *vm = firn_printable(vm_name);
    g_autofree char *subject = describe_subject(self, vm);
    const char *name = "";
    const char *state = "";

    g_variant_lookup(result, "name", "&s", &name);
    g_variant_lookup(result, "state", "&s", &state);
    say_list(vm, result, "changes", "");
    say_list(vm, result, "warnings", "warning: ");
    say_waking(vm, result);
    if (self->key == NULL)
        firn_cli_say(cli, "%s: undid the restore (%s)", vm, state);
    else
        firn_cli_say(cli,
                     "%s: restored to %s (%s%s); to return to the previous state: firn undo %s",
                     subject,
                     name,
                     self->disks == NULL ? "" : "VM ",
                     state,
                     vm);
}

static void
print_json(const char *vm_name, const char *job, GVariant *result)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, result);
    g_variant_dict_insert(&dict, "vm", "s", vm_name);
    g_variant_dict_insert(&dict, "job", "u", firn_bus_path_to_job(job));
    firn_json_print(g_variant_dict_end(&dict));
}

static int
follow(FirnRestoreCommand *self, FirnCli *cli, const char *vm_name, const char *job)
{
    g_autoptr(GVariant) result = NULL;
    FirnExit status;

    if (cli->is_no_block) {
        if (cli->is_json)
            print_json(vm_name, job, NULL);
        else
            g_print("%u\n", firn_bus_path_to_job(job));
        return FIRN_EXIT_DONE;
    }
    status = firn_job_wait(cli, job, &result);
    if (status != FIRN_EXIT_DONE)
        return (int)status;
    if (cli->is_json)
        print_json(vm_name, job, result);
    say_result(self, cli, vm_name, result);
    return FIRN_EXIT_DONE;
}

int
firn_restore_command_run(FirnRestoreCommand *self, FirnCli *cli, const char *vm_key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, vm_key, FIRN_LOAD_PROPERTIES, &error);
    g_autofree char *job = NULL;

    if (vm == NULL)
        return (int)firn_report_error(error);
    if (self->is_dry_run)
        return print_plan(self, cli, vm);
    if (!is_accepted(self, vm)) {
        firn_report_warning("nothing changed");
        return FIRN_EXIT_INTERRUPTED;
    }
    job = start(self, cli, vm, &error);
    return job == NULL ? (int)firn_report_error(error)
                       : follow(self, cli, firn_dbus_vm_get_name(vm), job);
}
