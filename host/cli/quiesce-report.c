/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-report.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "duration.h"
#include "json-output.h"
#include "printable.h"
#include "table.h"

#define GONE                                                                                       \
    "lost connection to firnd; firn-thaw-all or the next firnd thaws the guest; check with: firn " \
    "status"

typedef struct {
    char *uuid;       /* (owned) */
    char *name;       /* (owned) */
    GVariant *answer; /* (owned) (nullable) "a{sv}" */
} Vm;

struct _FirnQuiesceReport {
    int lease;      /* -1: closed */
    GPtrArray *vms; /* (owned) (element-type Vm) */
    GString *heard; /* (owned) the beginning of a line */
};

static void
vm_free(gpointer data)
{
    Vm *vm = data;

    g_free(vm->uuid);
    g_free(vm->name);
    g_clear_pointer(&vm->answer, g_variant_unref);
    g_free(vm);
}

static void
close_lease(FirnQuiesceReport *self)
{
    if (self->lease != -1)
        g_close(self->lease, NULL);
    self->lease = -1;
}

FirnQuiesceReport *
firn_quiesce_report_new(int lease)
{
    FirnQuiesceReport *self = g_new0(FirnQuiesceReport, 1);

    self->lease = lease;
    self->vms = g_ptr_array_new_with_free_func(vm_free);
    self->heard = g_string_new(NULL);
    return self;
}

void
firn_quiesce_report_free(FirnQuiesceReport *self)
{
    if (self == NULL)
        return;
    close_lease(self);
    g_ptr_array_unref(self->vms);
    g_string_free(self->heard, TRUE);
    g_free(self);
}

void
firn_quiesce_report_add_vm(FirnQuiesceReport *self, const char *uuid, const char *name)
{
    Vm *vm = g_new0(Vm, 1);

    vm->uuid = g_strdup(uuid);
    vm->name = g_strdup(name);
    g_ptr_array_add(self->vms, vm);
}

int
firn_quiesce_report_get_lease(FirnQuiesceReport *self)
{
    return self->lease;
}

char *
firn_quiesce_report_dup_names(FirnQuiesceReport *self)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < self->vms->len; i++) {
        const Vm *vm = self->vms->pdata[i];

        g_string_append_printf(names, "%s%s", i == 0 ? "" : " ", vm->name);
    }
    return g_string_free(names, FALSE);
}

static void
take_line(FirnQuiesceReport *self, const char *line)
{
    g_autoptr(GVariant) answer = firn_json_parse(line);
    const char *uuid = "";

    g_variant_lookup(answer, "uuid", "&s", &uuid);
    for (guint i = 0; i < self->vms->len; i++) {
        Vm *vm = self->vms->pdata[i];

        if (g_str_equal(vm->uuid, uuid) && vm->answer == NULL)
            vm->answer = g_steal_pointer(&answer);
        if (answer == NULL)
            return;
    }
}

static void
take_lines(FirnQuiesceReport *self)
{
    char *end;

    while ((end = strchr(self->heard->str, '\n')) != NULL) {
        g_autofree char *line = g_strndup(self->heard->str, end - self->heard->str);

        g_string_erase(self->heard, 0, end - self->heard->str + 1);
        take_line(self, line);
    }
}

/* Returns whether more may follow. */
static gboolean
hear(FirnQuiesceReport *self, int flags)
{
    char buffer[4096];
    gssize n;

    do
        n = recv(self->lease, buffer, sizeof buffer, flags);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return FALSE;
    g_string_append_len(self->heard, buffer, n);
    take_lines(self);
    return TRUE;
}

static gboolean
is_held(const Vm *vm)
{
    gboolean held = FALSE;

    return vm->answer != NULL && g_variant_lookup(vm->answer, "held", "b", &held) && held;
}

static char *
dup_reason(const Vm *vm)
{
    const char *reason = GONE;

    if (vm->answer != NULL)
        g_variant_lookup(vm->answer, "reason", "&s", &reason);
    return firn_printable(reason);
}

char *
firn_quiesce_report_read_some(FirnQuiesceReport *self)
{
    while (hear(self, MSG_DONTWAIT))
        continue;
    for (guint i = 0; i < self->vms->len; i++) {
        const Vm *vm = self->vms->pdata[i];
        g_autofree char *name = firn_printable(vm->name);
        g_autofree char *reason = dup_reason(vm);

        if (vm->answer != NULL && !is_held(vm))
            return g_strdup_printf("the freeze window of %s ended early: %s", name, reason);
    }
    return g_strdup(GONE);
}

gboolean
firn_quiesce_report_finish(FirnQuiesceReport *self)
{
    gboolean has_all_held = TRUE;

    shutdown(self->lease, SHUT_WR);
    while (hear(self, 0))
        continue;
    close_lease(self);
    for (guint i = 0; i < self->vms->len; i++)
        has_all_held = is_held(self->vms->pdata[i]) && has_all_held;
    return has_all_held;
}

static gint64
get_frozen_for(const Vm *vm)
{
    gint64 frozen_for_us = 0;

    if (vm->answer != NULL)
        g_variant_lookup(vm->answer, "frozen-for", "x", &frozen_for_us);
    return MAX(frozen_for_us, 0);
}

static void
print_json(FirnQuiesceReport *self, int command_status)
{
    GVariantBuilder vms;
    GVariantDict all;

    g_variant_builder_init(&vms, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < self->vms->len; i++) {
        const Vm *vm = self->vms->pdata[i];
        g_autofree char *reason = is_held(vm) ? g_strdup("") : dup_reason(vm);
        const char *verdict = "crash";
        GVariantDict dict;

        if (vm->answer != NULL)
            g_variant_lookup(vm->answer, "verdict", "&s", &verdict);
        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert(&dict, "name", "s", vm->name);
        g_variant_dict_insert(&dict, "uuid", "s", vm->uuid);
        g_variant_dict_insert(&dict, "held", "b", is_held(vm));
        g_variant_dict_insert(&dict, "verdict", "s", verdict);
        g_variant_dict_insert(&dict, "reason", "s", reason);
        g_variant_dict_insert(&dict, "frozen-for", "t", (guint64)get_frozen_for(vm));
        g_variant_builder_add_value(&vms, g_variant_dict_end(&dict));
    }
    g_variant_dict_init(&all, NULL);
    g_variant_dict_insert(&all, "command-status", "i", command_status);
    g_variant_dict_insert_value(&all, "vms", g_variant_builder_end(&vms));
    firn_json_print(g_variant_dict_end(&all));
}

static void
print_lines(FirnQuiesceReport *self)
{
    static const char *const titles[] = {"VM", "WINDOW", "FROZEN", "VERDICT", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *text = NULL;

    for (guint i = 0; i < self->vms->len; i++) {
        const Vm *vm = self->vms->pdata[i];
        g_autofree char *duration = firn_duration_format((guint64)get_frozen_for(vm));
        g_autofree char *frozen = g_strdup_printf("frozen for %s", duration);
        g_autofree char *reason = dup_reason(vm);
        const char *verdict = reason;

        if (is_held(vm))
            g_variant_lookup(vm->answer, "verdict", "&s", &verdict);
        firn_table_add(table,
                       FIRN_COLOR_NONE,
                       G_MAXUINT,
                       vm->name,
                       is_held(vm) ? "held" : "NOT HELD",
                       vm->answer == NULL ? NULL : frozen,
                       verdict);
    }
    text = firn_table_render(table, FALSE, FALSE);
    g_printerr("%s", text);
}

void
firn_quiesce_report_print(FirnQuiesceReport *self, FirnCli *cli, int command_status)
{
    if (cli->is_json)
        print_json(self, command_status);
    else
        print_lines(self);
}
