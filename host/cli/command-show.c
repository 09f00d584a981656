/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "duration.h"
#include "evidence-view.h"
#include "field.h"
#include "hook-view.h"
#include "json-output.h"
#include "printable.h"
#include "size-text.h"
#include "timestamp.h"
#include "vss-view.h"

static gboolean wants_guest_report;
static gboolean wants_xml;
static gboolean is_live;

/* clang-format off */
static const GOptionEntry options[] = {
    {"guest-report", 0, 0, G_OPTION_ARG_NONE, &wants_guest_report,
     "Show only what the hooks in the guest reported", NULL},
    {"xml", 0, 0, G_OPTION_ARG_NONE, &wants_xml,
     "Print only libvirt's definition of the VM, without passwords", NULL},
    {"live", 0, 0, G_OPTION_ARG_NONE, &is_live,
     "With --xml: the definition that the VM ran with", NULL},
    {NULL},
};
/* clang-format on */

/* How the VM's configuration differs from the snapshot's. */
typedef struct {
    gboolean is_made;  /* both are known */
    GStrv differences; /* (owned) */
} Comparison;

static void
comparison_clear(Comparison *self)
{
    g_strfreev(self->differences);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

/* A snapshot can be shown without the comparison. */
static void
compare(Comparison *self, FirnDBusSnapshot *snapshot)
{
    g_autoptr(GError) error = NULL;

    if (firn_dbus_snapshot_call_compare_sync(snapshot,
                                             FIRN_CALL_FLAGS,
                                             FIRN_CALL_TIMEOUT_MS,
                                             &self->is_made,
                                             &self->differences,
                                             NULL,
                                             &error))
        return;
    g_dbus_error_strip_remote_error(error);
    firn_report_warning("could not compare the configuration: %s", error->message);
    self->differences = g_new0(char *, 1);
}

static void
print_times(FirnCli *cli, FirnDBusSnapshot *snapshot)
{
    guint64 created_us = firn_dbus_snapshot_get_created(snapshot);
    guint64 now_us = (guint64)g_get_real_time();
    g_autofree char *created = firn_timestamp_format(created_us, cli->is_utc, TRUE);
    g_autofree char *age = firn_duration_format(now_us > created_us ? now_us - created_us : 0);
    g_autofree char *line = g_strdup_printf("%s (%s ago)", created, age);

    firn_field_print("Created", line);
}

static void
print_verdict(FirnCli *cli, FirnDBusSnapshot *snapshot)
{
    const char *verdict = firn_dbus_snapshot_get_verdict(snapshot);
    const char *phase = firn_dbus_snapshot_get_phase(snapshot);
    g_autofree char *indications =
        g_strjoinv(", ", (char **)firn_dbus_snapshot_get_indications(snapshot));
    g_autofree char *line = g_strconcat(
        verdict,
        firn_dbus_snapshot_get_consistent(snapshot) ? " (consistent)" : " (NOT consistent)",
        NULL);
    g_autofree char *painted =
        firn_color(firn_color_of_snapshot(verdict, phase), cli->is_coloured, line);

    firn_field_print_painted("Verdict", painted);
    firn_field_print("Phase",
                     g_str_equal(phase, "unavailable")
                         ? "unavailable: not on all its disks; see: firn verify"
                         : phase);
    firn_field_print("Indications", indications);
}

static void
print_disks(FirnDBusSnapshot *snapshot)
{
    g_autofree char *excluded =
        g_strjoinv(", ", (char **)firn_dbus_snapshot_get_excluded_disks(snapshot));

    firn_field_print_disks(firn_dbus_snapshot_get_disks(snapshot));
    if (*excluded != '\0')
        firn_field_print("Excluded", excluded);
}

/* The other lines say more about each of them. */
static void
print_resources(FirnDBusSnapshot *snapshot)
{
    GVariant *resources = firn_dbus_snapshot_get_resources(snapshot);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *line = NULL;
    const char *kind, *name;

    for (gsize i = 0; resources != NULL && i < g_variant_n_children(resources); i++) {
        g_variant_get_child(resources, i, "(&s&st)", &kind, &name, NULL);
        g_ptr_array_add(words,
                        g_str_equal(kind, "disk") ? g_strdup_printf("disk %s", name)
                                                  : g_strdup(kind));
    }
    g_ptr_array_add(words, NULL);
    line = g_strjoinv(", ", (char **)words->pdata);
    firn_field_print("Contains", line);
}

static void
print_memory(FirnDBusSnapshot *snapshot)
{
    GVariant *memory = firn_dbus_snapshot_get_memory(snapshot);
    const char *kind = "", *version = "";
    guint64 stopped_us = 0, took_us = 0, size = 0;
    g_autofree char *stopped = NULL, *took = NULL, *size_text = NULL, *line = NULL;

    if (memory == NULL || !g_variant_lookup(memory, "kind", "&s", &kind))
        return;
    g_variant_lookup(memory, "stopped-for", "t", &stopped_us);
    g_variant_lookup(memory, "took", "t", &took_us);
    g_variant_lookup(memory, "size", "t", &size);
    g_variant_lookup(memory, "qemu", "&s", &version);
    stopped = firn_duration_format(stopped_us);
    took = firn_duration_format(took_us);
    size_text = size == 0 ? g_strdup("") : firn_size_text(size);
    line = g_strdup_printf("%s%s%s; the guest was paused for %s of %s; QEMU %s",
                           kind,
                           size == 0 ? "" : ", ",
                           size_text,
                           stopped,
                           took,
                           version);
    firn_field_print("RAM", line);
}

static void
print_nvram(FirnDBusSnapshot *snapshot)
{
    GVariant *nvram = firn_dbus_snapshot_get_nvram(snapshot);
    const char *path = "";
    guint64 size = 0;
    g_autofree char *size_text = NULL, *line = NULL;

    if (nvram == NULL || !g_variant_lookup(nvram, "path", "&s", &path))
        return;
    g_variant_lookup(nvram, "size", "t", &size);
    size_text = firn_size_text(size);
    line = g_strdup_printf("%s  %s", size_text, path);
    firn_field_print("NVRAM", line);
}

/* An adopted snapshot has no quiesce mode. */
static void
print_origin(FirnCli *cli, GVariant *evidence)
{
    const char *from = "", *by = "", *quiesce;
    g_autofree char *moment = NULL;
    g_autofree char *line = NULL;
    gint64 adopted_us;

    if (!g_variant_lookup(evidence, "adopted_us", "x", &adopted_us)) {
        if (g_variant_lookup(evidence, "quiesce", "&s", &quiesce))
            firn_field_print("Quiesce", quiesce);
        return;
    }
    g_variant_lookup(evidence, "adopted_from", "&s", &from);
    g_variant_lookup(evidence, "adopted_by", "&s", &by);
    moment = firn_timestamp_format((guint64)adopted_us, cli->is_utc, TRUE);
    line = g_strdup_printf("%s by %s, from %s", moment, by, from);
    firn_field_print("Adopted", line);
}

static void
print_evidence(FirnCli *cli, FirnDBusSnapshot *snapshot)
{
    g_autoptr(GVariant) evidence = firn_json_parse(firn_dbus_snapshot_get_evidence(snapshot));

    print_origin(cli, evidence);
    firn_evidence_view_print(cli, evidence, firn_dbus_snapshot_get_frozen_for(snapshot));
}

/* Coloured as a warning: a restore starts a machine that differs from today's. */
static void
print_drift(FirnCli *cli, const Comparison *comparison)
{
    const char *label = "CHANGED SINCE";

    if (comparison->is_made && comparison->differences[0] == NULL)
        firn_field_print("Configuration", "unchanged");
    for (GStrv difference = comparison->differences; *difference != NULL; difference++) {
        g_autofree char *text = firn_printable_clip(*difference, FIRN_PRINTABLE_SENTENCES);
        g_autofree char *painted = firn_color(FIRN_COLOR_CAUTION, cli->is_coloured, text);

        firn_field_print_painted(label, painted);
        label = "";
    }
}

static void
print_snapshot(FirnCli *cli,
               FirnDBusVM *vm,
               FirnDBusSnapshot *snapshot,
               const Comparison *comparison)
{
    g_autofree char *parent =
        firn_client_dup_snapshot_name(cli, firn_dbus_snapshot_get_parent(snapshot), "none");

    firn_field_print("Name", firn_dbus_snapshot_get_name(snapshot));
    firn_field_print("VM", firn_dbus_vm_get_name(vm));
    firn_field_print("Description", firn_dbus_snapshot_get_comment(snapshot));
    firn_field_print("UUID", firn_dbus_snapshot_get_uuid(snapshot));
    firn_field_print("Tag on disk", firn_dbus_snapshot_get_tag(snapshot));
    firn_field_print("Parent", parent);
    print_times(cli, snapshot);
    print_verdict(cli, snapshot);
    print_resources(snapshot);
    print_disks(snapshot);
    print_memory(snapshot);
    print_nvram(snapshot);
    print_drift(cli, comparison);
    print_evidence(cli, snapshot);
}

static void
print_json(FirnDBusVM *vm, FirnDBusSnapshot *snapshot, const Comparison *comparison)
{
    g_autoptr(GVariant) properties = firn_client_properties(snapshot);
    g_autofree char *parent = firn_client_uuid_of(firn_dbus_snapshot_get_parent(snapshot));
    g_autoptr(GVariant) evidence = firn_json_parse(firn_dbus_snapshot_get_evidence(snapshot));
    GVariantDict dict;

    g_variant_dict_init(&dict, properties);
    g_variant_dict_insert(&dict, "VM", "s", firn_dbus_vm_get_name(vm));
    g_variant_dict_insert(&dict, "Parent", "s", parent);
    g_variant_dict_insert_value(&dict, "Evidence", evidence);
    g_variant_dict_insert(&dict, "Compared", "b", comparison->is_made);
    g_variant_dict_insert(&dict, "Drift", "^as", comparison->differences);
    firn_json_print(g_variant_dict_end(&dict));
}

/* Why there may be none is not known: an agent that permits no file commands cannot be asked. */
static void
print_guest_report(FirnDBusSnapshot *snapshot)
{
    g_autoptr(GVariant) evidence = firn_json_parse(firn_dbus_snapshot_get_evidence(snapshot));
    g_autofree char *of_linux = firn_hook_view_format(evidence);
    g_autofree char *of_windows = firn_vss_view_format(evidence);

    g_print("%s%s", of_linux, of_windows);
    if (*of_linux == '\0' && *of_windows == '\0')
        g_print("no report: the guest has no firn-guard, or its agent does not permit "
                "guest-file-open, -read, -write and -close, and the VM has no port "
                "org.firn.guard.0\n");
}

static int
print_xml(FirnDBusSnapshot *snapshot)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;

    if (!firn_dbus_snapshot_call_get_definition_sync(snapshot,
                                                     is_live,
                                                     FIRN_CALL_FLAGS,
                                                     FIRN_CALL_TIMEOUT_MS,
                                                     &xml,
                                                     NULL,
                                                     &error))
        return (int)firn_report_error(error);
    firn_cli_print(xml);
    return FIRN_EXIT_DONE;
}

/* Has firnd inspect the disks, so that the phase is up to date. */
static FirnDBusSnapshot *
find_and_refresh(FirnCli *cli, FirnDBusVM *vm, const char *key, GError **error)
{
    g_autoptr(FirnDBusSnapshot) stale =
        firn_client_snapshot(cli, vm, key, FIRN_LOAD_NOTHING, error);

    if (stale == NULL || !firn_dbus_snapshot_call_refresh_sync(stale,
                                                               FIRN_CALL_FLAGS,
                                                               FIRN_CALL_TIMEOUT_MS,
                                                               NULL,
                                                               error))
        return NULL;
    return firn_client_snapshot_at(cli,
                                   g_dbus_proxy_get_object_path(G_DBUS_PROXY(stale)),
                                   FIRN_LOAD_PROPERTIES,
                                   error);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = NULL;
    g_autoptr(FirnDBusSnapshot) snapshot = NULL;
    g_auto(Comparison) comparison = {FALSE, NULL};

    if (n_operands != 2)
        return firn_cli_usage(cli, "a VM and a snapshot are required");
    if (is_live && !wants_xml)
        return firn_cli_usage(cli, "--live is for --xml");
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_PROPERTIES, &error);
    if (vm != NULL)
        snapshot = find_and_refresh(cli, vm, operands[1], &error);
    if (snapshot == NULL)
        return firn_report_error(error);
    if (wants_guest_report && !cli->is_json) {
        print_guest_report(snapshot);
        return FIRN_EXIT_DONE;
    }
    if (wants_xml)
        return print_xml(snapshot);
    compare(&comparison, snapshot);
    if (cli->is_json)
        print_json(vm, snapshot, &comparison);
    else
        print_snapshot(cli, vm, snapshot, &comparison);
    return FIRN_EXIT_DONE;
}

const FirnCommand firn_command_show = {
    "show",
    "VM SNAPSHOT",
    "show a snapshot and its evidence",
    "  firn show web1 before-upgrade\n"
    "  firn show web1 @current --json\n"
    "  firn show web1 before-upgrade --xml\n"
    "  firn show web1 before-upgrade --guest-report\n",
    options,
    run,
};
