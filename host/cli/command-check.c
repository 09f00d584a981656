/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "duration.h"
#include "printable.h"
#include "snapshot-row.h"

#define FINDING       "(&s&s&s&s&s)" /* word, severity, subject, message, remedy */
#define FROZEN_MAX_US (30 * G_USEC_PER_SEC)

static char *max_age_text;
static char *frozen_max_text;

/* clang-format off */
static const GOptionEntry options[] = {
    {"max-age", 0, 0, G_OPTION_ARG_STRING, &max_age_text,
     "WARNING if a VM has no consistent snapshot younger than this", "TIME"},
    {"frozen-max", 0, 0, G_OPTION_ARG_STRING, &frozen_max_text,
     "CRITICAL if a guest has been frozen for longer (default 30s)", "TIME"},
    {NULL},
};
/* clang-format on */

/* The exit statuses that monitoring systems expect, not those of the other commands. */
typedef enum {
    CHECK_OK,
    CHECK_WARNING,
    CHECK_CRITICAL,
    CHECK_UNKNOWN,
} CheckStatus;

typedef struct {
    CheckStatus status;
    GString *complaints; /* (owned) */
    guint64 max_age_us;  /* 0: any */
    guint64 frozen_max_us;
    guint n_snapshots;
} Check;

static void
complain(Check *self, CheckStatus status, const char *vm, const char *text)
{
    g_autofree char *name = firn_printable_clip(vm, FIRN_PRINTABLE_SENTENCES);
    g_autofree char *what = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);

    /* UNKNOWN is worse than WARNING, and CRITICAL is worse than both. */
    if (self->status != CHECK_CRITICAL)
        self->status = MAX(self->status, status);
    if (status == CHECK_CRITICAL)
        self->status = CHECK_CRITICAL;
    g_string_append_printf(self->complaints,
                           "%s%s: %s",
                           self->complaints->len == 0 ? "" : "; ",
                           name,
                           what);
}

static void
check_frozen(Check *self, FirnDBusVM *vm)
{
    guint64 since_us = firn_dbus_vm_get_frozen_since(vm);
    guint64 now_us = (guint64)g_get_real_time();
    g_autofree char *frozen_for = NULL;
    g_autofree char *text = NULL;

    if (since_us == 0 || now_us < since_us + self->frozen_max_us)
        return;
    frozen_for = firn_duration_format(now_us - since_us);
    text = g_strdup_printf("guest frozen for %s", frozen_for);
    complain(self, CHECK_CRITICAL, firn_dbus_vm_get_name(vm), text);
}

/* A VM whose state is unknown is not OK. */
static void
check_state(Check *self, FirnDBusVM *vm)
{
    static const char *const broken[] = {"io-error", "internal-error", "guest-panicked", NULL};
    const char *name = firn_dbus_vm_get_name(vm);
    const char *run_state = firn_dbus_vm_get_run_state(vm);
    g_autofree char *text = NULL;

    if (g_strcmp0(firn_dbus_vm_get_state(vm), "unknown") == 0)
        complain(self, CHECK_UNKNOWN, name, "state unknown: cannot reach its monitor or libvirt");
    if (run_state == NULL || !g_strv_contains(broken, run_state))
        return;
    text = g_strdup_printf("paused after an error (%s)", run_state);
    complain(self, CHECK_CRITICAL, name, text);
}

/* An interrupted restore may have left the VM off, or its disks partly restored. A changed
 * configuration is not an alarm. */
static void
check_warnings(Check *self, FirnDBusVM *vm)
{
    GVariant *warnings = firn_dbus_vm_get_warnings(vm);
    const char *code, *text;

    for (gsize i = 0; warnings != NULL && i < g_variant_n_children(warnings); i++) {
        g_variant_get_child(warnings, i, "(&s&s)", &code, &text);
        if (g_str_equal(code, "InterruptedJob"))
            complain(self, CHECK_CRITICAL, firn_dbus_vm_get_name(vm), text);
        else if (g_str_equal(code, "Orphaned"))
            complain(self, CHECK_WARNING, firn_dbus_vm_get_name(vm), text);
    }
}

static void
check_age(Check *self, FirnDBusVM *vm, guint64 newest_us)
{
    guint64 now_us = (guint64)g_get_real_time();
    g_autofree char *age = NULL;
    g_autofree char *text = NULL;

    if (self->max_age_us == 0 || (newest_us != 0 && now_us < newest_us + self->max_age_us))
        return;
    age = firn_duration_format(now_us > newest_us ? now_us - newest_us : 0);
    text = newest_us == 0 ? g_strdup("no consistent snapshot")
                          : g_strdup_printf("newest consistent snapshot is %s old", age);
    complain(self, CHECK_WARNING, firn_dbus_vm_get_name(vm), text);
}

static void
check_snapshots(Check *self, FirnDBusVM *vm, GPtrArray *rows)
{
    guint64 newest_us = 0;

    for (guint i = 0; i < rows->len; i++) {
        const FirnSnapshotRow *row = rows->pdata[i];
        g_autofree char *text = NULL;

        if (firn_snapshot_row_is_foreign(row))
            continue;
        self->n_snapshots++;
        if (!g_str_equal(row->phase, "ready")) {
            text = g_strdup_printf("snapshot %s is %s", row->name, row->phase);
            complain(self, CHECK_CRITICAL, firn_dbus_vm_get_name(vm), text);
        } else if (!g_str_equal(row->verdict, "crash")) {
            newest_us = MAX(newest_us, row->created_us);
        }
    }
    check_age(self, vm, newest_us);
}

static gboolean
check_vm(Check *self, FirnDBusVM *vm, GError **error)
{
    const char *damage = firn_dbus_vm_get_damage(vm);
    g_autoptr(GPtrArray) rows = NULL;

    check_frozen(self, vm);
    check_state(self, vm);
    check_warnings(self, vm);
    if (damage != NULL && *damage != '\0') {
        complain(self, CHECK_CRITICAL, firn_dbus_vm_get_name(vm), damage);
        return TRUE;
    }
    rows = firn_snapshot_rows_fetch(vm, error);
    if (rows != NULL)
        check_snapshots(self, vm, rows);
    return rows != NULL;
}

/* While libvirt is down, firnd cannot see its domains. */
static gboolean
check_sources(Check *self, FirnDBusManager *manager, GError **error)
{
    g_autoptr(GVariant) findings = firn_client_diagnose(manager, error);
    const char *code, *subject, *text;

    if (findings == NULL)
        return FALSE;
    for (gsize i = 0; i < g_variant_n_children(findings); i++) {
        g_variant_get_child(findings, i, FINDING, &code, NULL, &subject, &text, NULL);
        if (g_str_equal(code, "SourceUnreachable"))
            complain(self, CHECK_UNKNOWN, subject, text);
    }
    return TRUE;
}

static gboolean
check_vms(FirnCli *cli, Check *self, GStrv paths, GError **error)
{
    for (guint i = 0; paths[i] != NULL; i++) {
        g_autoptr(FirnDBusVM) vm = firn_client_vm_at(cli, paths[i], FIRN_LOAD_PROPERTIES, error);

        if (vm == NULL || !check_vm(self, vm, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_host(FirnCli *cli, Check *self, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_PROPERTIES, error);

    if (manager == NULL)
        return FALSE;
    for (const char *const *problem = firn_dbus_manager_get_problems(manager); *problem != NULL;
         problem++)
        complain(self, CHECK_WARNING, "definition", *problem);
    return check_sources(self, manager, error);
}

static gboolean
parse(Check *self, GError **error)
{
    self->frozen_max_us = FROZEN_MAX_US;
    return (max_age_text == NULL || firn_duration_parse(max_age_text, &self->max_age_us, error)) &&
           (frozen_max_text == NULL ||
            firn_duration_parse(frozen_max_text, &self->frozen_max_us, error));
}

static int
give_up(GError *error)
{
    g_autofree char *text = NULL;

    g_dbus_error_strip_remote_error(error);
    text = firn_printable_clip(error->message, FIRN_PRINTABLE_SENTENCES);
    g_print("UNKNOWN - %s\n", text);
    return CHECK_UNKNOWN;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    g_autoptr(GString) complaints = g_string_new(NULL);
    Check self = {.complaints = complaints};
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) paths = NULL;

    if (parse(&self, &error))
        paths = firn_client_find_vms(cli, operands, n_operands, &error);
    if (paths == NULL || !check_vms(cli, &self, paths, &error) ||
        (n_operands == 0 && !check_host(cli, &self, &error)))
        return give_up(error);
    if (complaints->len == 0)
        g_string_printf(complaints, "%u VMs, %u snapshots", g_strv_length(paths), self.n_snapshots);
    g_print("%s - %s\n", words[self.status], complaints->str);
    return (int)self.status;
}

const FirnCommand firn_command_check = {
    "check",
    "[VM...]",
    "print one line for monitoring (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN)",
    "  firn check\n"
    "  firn check web1 --max-age 25h\n",
    options,
    run,
};
