/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-command.h"

#include <string.h>

#include "job-command.h"
#include "json-output.h"
#include "plan-view.h"
#include "printable.h"
#include "question.h"
#include "resume-report.h"

/* "wait=TIME" is two options on the bus. */
static gboolean
add_readiness(GVariantDict *options, const char *if_running, GError **error)
{
    static const char wait[] = "wait=";

    if (if_running == NULL)
        return TRUE;
    if (!g_str_has_prefix(if_running, wait)) {
        g_variant_dict_insert(options, "if-running", "s", if_running);
        return TRUE;
    }
    g_variant_dict_insert(options, "if-running", "s", "wait");
    return firn_cli_add_duration(options, "wait", if_running + strlen(wait), error);
}

static GVariant *
to_options(FirnRestoreCommand *self, GError **error)
{
    g_auto(GVariantDict) options = G_VARIANT_DICT_INIT(NULL);

    if (!firn_cli_add_duration(&options, "grace", self->grace, error) ||
        !add_readiness(&options, self->if_running, error))
        return NULL;
    if (self->config != NULL)
        g_variant_dict_insert(&options, "config", "s", self->config);
    if (self->mode != NULL)
        g_variant_dict_insert(&options, "mode", "s", self->mode);
    if (self->disks != NULL)
        g_variant_dict_insert(&options, "disks", "^as", self->disks);
    if (self->is_running || self->is_paused || self->is_off)
        g_variant_dict_insert(&options,
                              "run",
                              "s",
                              self->is_running  ? "running"
                              : self->is_paused ? "paused"
                                                : "off");
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

/* With --off the VM is not expected to start. */
static int
status_of(const FirnRestoreCommand *self, gboolean is_lacking)
{
    return is_lacking && !self->is_off ? FIRN_EXIT_PARTLY : FIRN_EXIT_DONE;
}

static int
print_plan(FirnRestoreCommand *self, FirnCli *cli, FirnDBusVM *vm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) result = plan(self, vm, &error);
    g_auto(GStrv) missing = NULL;
    FirnExit status;

    if (result == NULL)
        return (int)firn_report_error(error);
    if (cli->is_json)
        firn_json_print(result);
    else if (!cli->is_quiet)
        firn_plan_view_print_restore(cli, result);
    missing = firn_plan_view_list_missing(result);
    status = firn_plan_view_status(result);
    return status == FIRN_EXIT_DONE ? status_of(self, *missing != NULL) : (int)status;
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

static void
say_list(const char *vm, GVariant *result, const char *key, const char *before)
{
    g_autofree const char **words = NULL;

    if (!g_variant_lookup(result, key, "^a&s", &words))
        return;
    for (const char **word = words; *word != NULL; word++)
        firn_report_warning("%s: %s%s", vm, before, *word);
}

/* Returns whether there is any. */
static gboolean
tell_missing(const char *vm, GVariant *result)
{
    g_auto(GStrv) missing = firn_plan_view_list_missing(result);

    for (GStrv word = missing; *word != NULL; word++)
        firn_report_warning("%s: missing: %s", vm, *word);
    return *missing != NULL;
}

static void
tell_resumed(const char *vm, GVariant *result)
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

static int
report(FirnCli *cli, const char *vm, GVariant *result, gpointer data)
{
    FirnRestoreCommand *self = data;
    g_autofree char *subject = describe_subject(self, vm);
    const char *name = "";
    const char *state = "";
    gboolean is_lacking;

    g_variant_lookup(result, "name", "&s", &name);
    g_variant_lookup(result, "state", "&s", &state);
    say_list(vm, result, "changes", "");
    say_list(vm, result, "warnings", "warning: ");
    tell_resumed(vm, result);
    is_lacking = tell_missing(vm, result);
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
    return status_of(self, is_lacking);
}

static int
start(FirnRestoreCommand *self, FirnCli *cli, FirnDBusVM *vm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) options = to_options(self, &error);
    GVariant *arguments;

    if (options == NULL)
        return (int)firn_report_error(error);
    arguments = self->key == NULL ? g_variant_new("(@a{sv})", options)
                                  : g_variant_new("(s@a{sv})", self->key, options);
    return firn_job_command_run(cli,
                                vm,
                                self->key == NULL ? "Undo" : "Restore",
                                arguments,
                                report,
                                self);
}

int
firn_restore_command_run(FirnRestoreCommand *self, FirnCli *cli, const char *vm_key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = NULL;

    if (self->is_running + self->is_paused + self->is_off > 1)
        return firn_cli_usage(cli, "--running, --paused and --off are mutually exclusive");
    vm = firn_client_vm(cli, vm_key, FIRN_LOAD_PROPERTIES, &error);
    if (vm == NULL)
        return (int)firn_report_error(error);
    if (self->is_dry_run)
        return print_plan(self, cli, vm);
    if (!is_accepted(self, vm)) {
        firn_report_warning("nothing changed");
        return FIRN_EXIT_INTERRUPTED;
    }
    return start(self, cli, vm);
}
