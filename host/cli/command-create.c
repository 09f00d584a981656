/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "create-request.h"
#include "duration.h"
#include "job-command.h"
#include "json-output.h"
#include "plan-view.h"
#include "printable.h"
#include "question.h"
#include "size-text.h"

static FirnCreateRequest request;
static gboolean is_dry_run;
static gboolean is_unused; /* options of virsh that firn always applies */

static gboolean
on_quiesce(const char *option, const char *value, gpointer data, GError **error)
{
    g_free(request.quiesce);
    request.quiesce = g_strdup(value == NULL ? "require" : value);
    return TRUE;
}

static gboolean
on_no_quiesce(const char *option, const char *value, gpointer data, GError **error)
{
    g_free(request.quiesce);
    request.quiesce = g_strdup("never");
    return TRUE;
}

static gboolean
on_memory(const char *option, const char *value, gpointer data, GError **error)
{
    if (value == NULL)
        request.memory = "any";
    else if (g_str_equal(value, "live"))
        request.memory = "live";
    else if (g_str_equal(value, "paused"))
        request.memory = "paused";
    else
        g_set_error(error,
                    G_OPTION_ERROR,
                    G_OPTION_ERROR_BAD_VALUE,
                    "--memory=%s: must be live or paused",
                    value);
    return request.memory != NULL;
}

static gboolean
on_fstrim(const char *option, const char *value, gpointer data, GError **error)
{
    g_free(request.fstrim);
    request.fstrim = g_strdup(value == NULL ? "60s" : value);
    return TRUE;
}

/* clang-format off */
static const GOptionEntry options[] = {
    {"description", 'd', 0, G_OPTION_ARG_STRING, &request.comment,
     "Free-text description", "TEXT"},
    {"comment", 0, 0, G_OPTION_ARG_STRING, &request.comment,
     "Same as --description", "TEXT"},
    {"quiesce", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, on_quiesce,
     "require (the default): consistent or none; try: crash-consistent if the freeze fails; "
     "never: send no freeze", "MODE"},
    {"no-quiesce", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, on_no_quiesce,
     "Same as --quiesce=never", NULL},
    {"memory", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, on_memory,
     "Save RAM, too: live while the guest runs, or with the guest paused (default: live if the "
     "host supports it)", "WAY"},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &request.accepts_pause,
     "Do not ask before pausing the guest for its RAM where live is impossible", NULL},
    {"deadline", 0, 0, G_OPTION_ARG_STRING, &request.deadline,
     "Deadline for the whole job; 0: none (default 300s)", "TIME"},
    {"freeze-wait", 0, 0, G_OPTION_ARG_STRING, &request.freeze_wait,
     "How long the guest may take to freeze (default 60s)", "TIME"},
    {"frozen-max", 0, 0, G_OPTION_ARG_STRING, &request.frozen_max,
     "How long the guest may stay frozen (default 30s; Windows 8s)", "TIME"},
    {"fstrim", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, on_fstrim,
     "Let the guest discard unused blocks before, which may take so long (default 60s)", "TIME"},
    {"pause", 0, 0, G_OPTION_ARG_NONE, &request.pauses,
     "Pause the guest while its disks are cut, if it is not frozen", NULL},
    {"accept-unclean", 0, 0, G_OPTION_ARG_NONE, &request.accepts_unclean,
     "Snapshot a VM that is off even if its guest was not seen to shut down", NULL},
    {"exclude-disk", 0, 0, G_OPTION_ARG_STRING_ARRAY, &request.exclude,
     "Exclude a disk; may be repeated", "DISK"},
    {"no-register", 0, 0, G_OPTION_ARG_NONE, &request.is_unregistered,
     "Do not register it with libvirt, which would then refuse to migrate the VM", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &is_dry_run,
     "Print what would be done and all blockers; change nothing", NULL},
    {"atomic", 0, 0, G_OPTION_ARG_NONE, &is_unused,
     "Accepted for compatibility with virsh; always in effect", NULL},
    {"disk-only", 0, 0, G_OPTION_ARG_NONE, &is_unused,
     "Accepted for compatibility with virsh; always in effect", NULL},
    {NULL},
};
/* clang-format on */

static GVariant *
make_plan(FirnDBusVM *vm, const char *name, GVariant *call_options, GError **error)
{
    GVariant *plan = NULL;

    firn_dbus_vm_call_plan_snapshot_sync(vm,
                                         name,
                                         call_options,
                                         FIRN_CALL_FLAGS,
                                         FIRN_CALL_TIMEOUT_MS,
                                         &plan,
                                         NULL,
                                         error);
    return plan;
}

static int
print_plan(FirnCli *cli, FirnDBusVM *vm, const char *name, GVariant *call_options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) plan = make_plan(vm, name, call_options, &error);

    if (plan == NULL)
        return firn_report_error(error);
    if (cli->is_json)
        firn_json_print(plan);
    else if (!cli->is_quiet)
        firn_plan_view_print(cli, plan);
    return firn_plan_view_status(plan);
}

/* firn asks on a terminal before the guest is paused unexpectedly; without one firnd refuses. */
static gboolean
is_pause_accepted(FirnDBusVM *vm, const char *name, GVariant *call_options)
{
    g_autoptr(GVariant) plan = NULL;
    g_autofree char *vm_name = NULL;
    g_autofree char *printable = NULL;
    const char *message;

    if (g_strcmp0(request.memory, "any") != 0 || request.accepts_pause || !firn_question_can_ask())
        return TRUE;
    plan = make_plan(vm, name, call_options, NULL);
    message = plan == NULL ? NULL : firn_plan_view_get_only_blocker(plan, "PauseNotAccepted");
    if (message == NULL)
        return TRUE;
    vm_name = firn_printable(firn_dbus_vm_get_name(vm));
    printable = firn_printable_clip(message, FIRN_PRINTABLE_SENTENCES);
    request.accepts_pause = firn_question_ask("%s: %s. Pause it?", vm_name, printable);
    return request.accepts_pause;
}

/* How the RAM was saved, and for how long the guest was paused. */
static char *
describe_memory(GVariant *result, const char *way)
{
    guint64 stopped_us = 0;
    guint64 took_us = 0;
    g_autofree char *stopped = NULL;
    g_autofree char *took = NULL;

    g_variant_lookup(result, "stopped-for", "t", &stopped_us);
    g_variant_lookup(result, "memory-took", "t", &took_us);
    stopped = firn_duration_format(stopped_us);
    took = firn_duration_format(took_us);
    return g_strdup_printf("RAM %s, guest paused for %s of %s", way, stopped, took);
}

static void
say_result(FirnCli *cli, const char *vm, GVariant *result)
{
    const char *name = "";
    const char *verdict = "";
    const char *memory = "";
    guint64 frozen_for_us = 0;
    g_autofree char *painted = NULL;
    g_autofree char *frozen = NULL;
    g_autofree char *taken = NULL;

    g_variant_lookup(result, "name", "&s", &name);
    g_variant_lookup(result, "verdict", "&s", &verdict);
    g_variant_lookup(result, "frozen-for", "t", &frozen_for_us);
    painted = firn_color(firn_color_of_snapshot(verdict, "ready"), cli->is_coloured, verdict);
    frozen = firn_duration_format(frozen_for_us);
    if (g_variant_lookup(result, "memory", "&s", &memory))
        taken = describe_memory(result, memory);
    if (taken != NULL)
        firn_cli_say(cli, "%s: created snapshot %s (%s, %s)", vm, name, painted, taken);
    else if (frozen_for_us > 0)
        firn_cli_say(cli, "%s: created snapshot %s (%s, frozen for %s)", vm, name, painted, frozen);
    else
        firn_cli_say(cli, "%s: created snapshot %s (%s)", vm, name, painted);
}

static void
say_trimmed(FirnCli *cli, const char *vm, GVariant *result)
{
    g_autofree char *size = NULL;
    guint64 bytes;

    if (!g_variant_lookup(result, "trimmed", "t", &bytes))
        return;
    size = firn_size_text(bytes);
    firn_cli_say(cli, "%s: the guest discarded %s of unused blocks", vm, size);
}

static void
say_warnings(const char *vm_name, GVariant *result)
{
    g_autofree const char **warnings = NULL;
    const char *note;

    if (g_variant_lookup(result, "memory-note", "&s", &note))
        firn_report_warning("%s: RAM was saved with the guest paused, not live: %s", vm_name, note);
    if (!g_variant_lookup(result, "warnings", "^a&s", &warnings))
        return;
    for (const char **warning = warnings; *warning != NULL; warning++)
        firn_report_warning("%s: warning: %s", vm_name, *warning);
}

static gboolean
is_of_off_vm(const char *const *indications)
{
    return indications != NULL && (g_strv_contains(indications, "OffUnclean") ||
                                   g_strv_contains(indications, "OffUnknown"));
}

/* --quiesce=try could not quiesce the guest. The user must not miss that. */
static int
judge(const char *vm_name, GVariant *result)
{
    const char *name = "";
    const char *verdict = "";
    g_autofree const char **indications = NULL;
    g_autofree char *why = NULL;

    g_variant_lookup(result, "name", "&s", &name);
    g_variant_lookup(result, "verdict", "&s", &verdict);
    if (!g_str_equal(verdict, "crash") ||
        (g_strcmp0(request.quiesce, "try") != 0 && !request.accepts_unclean))
        return FIRN_EXIT_DONE;
    if (g_variant_lookup(result, "indications", "^a&s", &indications))
        why = g_strjoinv(", ", (char **)indications);
    firn_report_warning(
        "%s: WARNING: snapshot %s is only crash-consistent, as after a power failure: %s (%s); "
        "see: firn doctor %s",
        vm_name,
        name,
        is_of_off_vm(indications) ? "the VM is off, and its guest was not seen to shut down"
                                  : "the guest could not be frozen",
        why == NULL ? "" : why,
        vm_name);
    return g_strcmp0(request.quiesce, "try") == 0 ? FIRN_EXIT_NOT_QUIESCED : FIRN_EXIT_DONE;
}

static int
report(FirnCli *cli, const char *vm_name, GVariant *result, gpointer data)
{
    say_result(cli, vm_name, result);
    say_trimmed(cli, vm_name, result);
    say_warnings(vm_name, result);
    return judge(vm_name, result);
}

static int
start(FirnCli *cli, FirnDBusVM *vm, const char *name)
{
    g_autoptr(GVariant) call_options = firn_create_request_to_options(&request, NULL);
    GVariant *arguments = g_variant_new("(s@a{sv})", name, call_options);

    return firn_job_command_run(cli, vm, "CreateSnapshot", arguments, report, NULL);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    const char *name = n_operands > 1 ? operands[1] : "";
    g_autoptr(FirnDBusVM) vm = NULL;
    g_autoptr(GVariant) call_options = NULL;
    g_autoptr(GError) error = NULL;

    if (n_operands < 1 || n_operands > 2)
        return firn_cli_usage(cli, "usage: firn create VM [NAME]");
    if (n_operands > 1 && *name == '\0')
        return firn_cli_usage(
            cli,
            "the snapshot's name is empty; leave it out to get one with date and time");
    call_options = firn_create_request_to_options(&request, &error);
    if (call_options == NULL)
        return firn_cli_usage(cli, "%s", error->message);
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_PROPERTIES, &error);
    if (vm == NULL)
        return firn_report_error(error);
    if (is_dry_run)
        return print_plan(cli, vm, name, call_options);
    if (!is_pause_accepted(vm, name, call_options)) {
        firn_report_warning("no snapshot was created");
        return FIRN_EXIT_INTERRUPTED;
    }
    return start(cli, vm, name);
}

const FirnCommand firn_command_create = {
    "create",
    "VM [NAME]",
    "create a snapshot",
    "  firn create web1\n"
    "  firn create web1 before-upgrade --description \"kernel 6.1 -> 6.12\"\n"
    "  firn policy web1 set allow-memory=yes\n"
    "  firn create web1 --memory --dry-run\n"
    "  firn create web1 --quiesce=try --exclude-disk vdb\n",
    options,
    run,
};
