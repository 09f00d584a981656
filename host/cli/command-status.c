/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "bus-path.h"
#include "command.h"
#include "duration.h"
#include "field.h"
#include "json-output.h"
#include "table.h"

typedef struct {
    FirnDBusVM *vm;         /* (owned) */
    FirnDBusPolicy *policy; /* (owned) */
    char *current;          /* (owned) name of the current snapshot, "" if none */
} Status;

static void
status_clear(Status *self)
{
    g_clear_object(&self->vm);
    g_clear_object(&self->policy);
    g_clear_pointer(&self->current, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Status, status_clear)

static gboolean
fetch(FirnCli *cli, Status *self, const char *path, GError **error)
{
    self->vm = firn_client_vm_at(cli, path, FIRN_LOAD_PROPERTIES, error);
    if (self->vm == NULL)
        return FALSE;
    self->policy = firn_client_policy_at(cli, path, FIRN_LOAD_PROPERTIES, error);
    if (self->policy == NULL)
        return FALSE;
    self->current =
        firn_client_dup_snapshot_name(cli, firn_dbus_vm_get_current_snapshot(self->vm), "");
    return TRUE;
}

static char *
describe_limit(const Status *self)
{
    return g_strdup_printf("%u of %u",
                           firn_dbus_vm_get_snapshot_count(self->vm),
                           firn_dbus_policy_get_max_snapshots(self->policy));
}

/* %NULL: not frozen. */
static char *
describe_frozen(const Status *self)
{
    guint64 since_us = firn_dbus_vm_get_frozen_since(self->vm);
    guint64 now_us = (guint64)g_get_real_time();

    return since_us == 0 ? NULL : firn_duration_format(now_us > since_us ? now_us - since_us : 0);
}

static char *
describe_state(const Status *self)
{
    const char *state = firn_dbus_vm_get_state(self->vm);
    const char *run_state = firn_dbus_vm_get_run_state(self->vm);

    if (g_str_equal(state, run_state))
        return g_strdup(state);
    return g_strdup_printf("%s (%s)", state, run_state);
}

static char *
describe_job(const Status *self)
{
    guint number = firn_bus_path_to_job(firn_dbus_vm_get_job(self->vm));

    return number == 0 ? NULL : g_strdup_printf("%u", number);
}

static gboolean
has_drifted(const Status *self)
{
    const char *const *drift = firn_dbus_vm_get_drift(self->vm);

    return drift != NULL && drift[0] != NULL;
}

/* %NULL: none. */
static char *
describe_current(const Status *self)
{
    if (*self->current == '\0')
        return NULL;
    return g_strconcat(self->current, has_drifted(self) ? " (changed since)" : "", NULL);
}

static FirnColor
paint_of(const Status *self)
{
    const char *state = firn_dbus_vm_get_state(self->vm);

    if (*firn_dbus_vm_get_damage(self->vm) != '\0' || g_str_equal(state, "unknown"))
        return FIRN_COLOR_BAD;
    if (g_str_equal(state, "paused") || g_str_equal(state, "orphaned") || has_drifted(self))
        return FIRN_COLOR_CAUTION;
    return g_str_equal(state, "running") ? FIRN_COLOR_GOOD : FIRN_COLOR_NONE;
}

static GVariant *
to_json(const Status *self)
{
    g_autoptr(GVariant) properties = firn_client_properties(self->vm);
    g_autoptr(GVariant) policy = firn_client_properties(self->policy);
    guint job = firn_bus_path_to_job(firn_dbus_vm_get_job(self->vm));
    GVariantDict dict;

    g_variant_dict_init(&dict, properties);
    g_variant_dict_insert(&dict, "Job", "u", job);
    g_variant_dict_insert(&dict, "CurrentSnapshot", "s", self->current);
    g_variant_dict_insert_value(&dict, "Policy", policy);
    return g_variant_dict_end(&dict);
}

static void
print_warnings(const Status *self)
{
    GVariant *warnings = firn_dbus_vm_get_warnings(self->vm);
    GVariantIter iter;
    const char *sentence;

    if (warnings == NULL)
        return;
    g_variant_iter_init(&iter, warnings);
    while (g_variant_iter_next(&iter, "(&s&s)", NULL, &sentence))
        firn_field_print("WARNING", sentence);
}

static void
print_pending(const Status *self)
{
    const char *const *pending = firn_dbus_vm_get_pending_changes(self->vm);

    for (guint i = 0; pending != NULL && pending[i] != NULL; i++)
        firn_field_print(i == 0 ? "At next start" : "", pending[i]);
}

static void
print_facts(const Status *self)
{
    g_autofree char *state = describe_state(self);
    g_autofree char *limit = describe_limit(self);
    g_autofree char *frozen = describe_frozen(self);
    g_autofree char *job = describe_job(self);

    firn_field_print("Name", firn_dbus_vm_get_name(self->vm));
    firn_field_print("UUID", firn_dbus_vm_get_uuid(self->vm));
    firn_field_print("Source", firn_dbus_vm_get_source(self->vm));
    firn_field_print("State", state);
    firn_field_print("Frozen for", frozen == NULL ? "not frozen" : frozen);
    firn_field_print("Job", job == NULL ? "none" : job);
    firn_field_print("Current", *self->current == '\0' ? "none" : self->current);
    firn_field_print("Snapshots", limit);
    firn_field_print("RAM allowed", firn_dbus_policy_get_allow_memory(self->policy) ? "yes" : "no");
    if (*firn_dbus_vm_get_damage(self->vm) != '\0')
        firn_field_print("DAMAGED", firn_dbus_vm_get_damage(self->vm));
    print_pending(self);
    print_warnings(self);
}

/* The configuration may be out of date: libvirt does not send an event for every change. */
static void
refresh(FirnDBusVM *vm)
{
    g_autoptr(GError) error = NULL;

    if (firn_dbus_vm_call_refresh_sync(vm, FIRN_CALL_FLAGS, FIRN_CALL_TIMEOUT_MS, NULL, &error))
        return;
    g_dbus_error_strip_remote_error(error);
    firn_report_warning("its configuration may have changed: %s", error->message);
}

static int
show_one(FirnCli *cli, const char *key)
{
    g_auto(Status) self = {NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) found = firn_client_vm(cli, key, FIRN_LOAD_NOTHING, &error);

    if (found == NULL)
        return firn_report_error(error);
    refresh(found);
    if (!fetch(cli, &self, g_dbus_proxy_get_object_path(G_DBUS_PROXY(found)), &error))
        return firn_report_error(error);
    if (cli->is_json)
        firn_json_print(to_json(&self));
    else
        print_facts(&self);
    return FIRN_EXIT_DONE;
}

static void
add_line(FirnTable *table, const Status *self)
{
    g_autofree char *state = describe_state(self);
    g_autofree char *limit = describe_limit(self);
    g_autofree char *frozen = describe_frozen(self);
    g_autofree char *job = describe_job(self);
    g_autofree char *current = describe_current(self);
    gboolean is_damaged = *firn_dbus_vm_get_damage(self->vm) != '\0';

    firn_table_add(table,
                   paint_of(self),
                   1,
                   firn_dbus_vm_get_name(self->vm),
                   state,
                   is_damaged ? "DAMAGED" : limit,
                   current,
                   frozen,
                   job);
}

static void
tell_problems(FirnCli *cli)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_PROPERTIES, NULL);
    const char *const *problems = manager == NULL ? NULL : firn_dbus_manager_get_problems(manager);

    for (; problems != NULL && *problems != NULL; problems++)
        firn_report_warning("not shown: %s", *problems);
}

static int
show_all(FirnCli *cli)
{
    static const char *const titles[] =
        {"VM", "STATE", "SNAPSHOTS", "CURRENT", "FROZEN", "JOB", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autoptr(GVariantBuilder) json = g_variant_builder_new(G_VARIANT_TYPE("aa{sv}"));
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) paths = firn_client_find_vms(cli, NULL, 0, &error);
    g_autofree char *text = NULL;

    for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
        g_auto(Status) self = {NULL};

        if (!fetch(cli, &self, paths[i], &error))
            return firn_report_error(error);
        g_variant_builder_add_value(json, to_json(&self));
        add_line(table, &self);
    }
    if (paths == NULL)
        return firn_report_error(error);
    text = firn_table_render(table, !cli->is_no_legend, cli->is_coloured);
    if (cli->is_json)
        firn_json_print(g_variant_builder_end(json));
    else
        firn_cli_print(text);
    tell_problems(cli);
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    if (n_operands > 1)
        return firn_cli_usage(cli, "at most one VM can be given");
    return n_operands == 1 ? show_one(cli, operands[0]) : show_all(cli);
}

const FirnCommand firn_command_status = {
    "status",
    "[VM]",
    "show the state of VMs",
    "  firn status\n"
    "  firn status web1\n",
    NULL,
    run,
};
