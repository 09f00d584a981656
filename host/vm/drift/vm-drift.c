/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-drift.h"

#include "domain-definition.h"
#include "domain-drift.h"
#include "launch-drift.h"
#include "power.h"
#include "qemu-version.h"
#include "snapshot-registry.h"

void
firn_vm_drift_free(FirnVmDrift *self)
{
    if (self == NULL)
        return;
    g_strfreev(self->drift);
    g_strfreev(self->pending);
    g_strfreev(self->missing);
    g_free(self);
}

static gboolean
is_wanted(FirnVm *vm)
{
    FirnPolicy policy;

    firn_catalogue_get_policy(firn_vm_get_catalogue(vm), &policy);
    return policy.drift_guard != FIRN_DRIFT_GUARD_OFF;
}

static GStrv
compare_launches(FirnVm *vm, const char *then, gboolean *out_is_known)
{
    const char *now = firn_power_get_machine(vm);

    *out_is_known = then != NULL && now != NULL;
    return *out_is_known ? firn_launch_drift_list(then, now) : g_new0(char *, 1);
}

static void
compare_with_launch(FirnVmDrift *self, FirnVm *vm, const FirnSnapshot *snapshot)
{
    g_strfreev(self->drift);
    self->drift = compare_launches(vm, snapshot->launch, &self->is_compared);
}

/* The definition that a domain starts with is preferred; a transient domain has only a live one. */
static gboolean
compare_with(FirnVmDrift *self,
             const FirnSnapshot *snapshot,
             const char *definition,
             const char *live,
             GError **error)
{
    gboolean is_defined = snapshot->definition != NULL && definition != NULL;
    const char *then = is_defined || snapshot->live_definition == NULL ? snapshot->definition
                                                                       : snapshot->live_definition;
    const char *now = is_defined || live == NULL ? definition : live;

    if (then == NULL || now == NULL)
        return TRUE;
    g_strfreev(self->drift);
    self->drift = firn_domain_drift_compare(then, now, error);
    self->is_compared = self->drift != NULL;
    return self->is_compared;
}

GStrv
firn_vm_drift_list_pending(const char *definition, const char *live, GError **error)
{
    if (definition == NULL || live == NULL)
        return g_new0(char *, 1);
    return firn_domain_drift_compare(live, definition, error);
}

FirnVmDrift *
firn_vm_drift_read(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnVmDrift) self = g_new0(FirnVmDrift, 1);
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;

    if (!firn_snapshot_registry_dup_definitions(vm, &definition, &live, error))
        return NULL;
    self->drift = g_new0(char *, 1);
    self->pending = firn_vm_drift_list_pending(definition, live, error);
    if (self->pending == NULL)
        return NULL;
    if (snapshot == NULL || !is_wanted(vm))
        return g_steal_pointer(&self);
    if (firn_power_get_machine(vm) != NULL)
        compare_with_launch(self, vm, snapshot);
    else if (!compare_with(self, snapshot, definition, live, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
firn_vm_drift_check_needs(FirnVmDrift *self, FirnVm *vm)
{
    g_autoptr(GPtrArray) found = firn_blockers_new();
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    if (!firn_vm_is_off(vm) || !FIRN_IS_POWER(vm))
        return;
    firn_power_check_needs(FIRN_POWER(vm), found);
    for (guint i = 0; i < found->len; i++) {
        const FirnBlocker *lack = found->pdata[i];
        g_autofree char *sentence =
            g_strdup_printf("%s: %s; %s", lack->subject, lack->message, lack->remedy);

        if (g_str_equal(lack->code, FIRN_BLOCKER_DEPENDENCY_MISSING))
            g_strv_builder_add(words, sentence);
    }
    self->missing = g_strv_builder_end(words);
}

/* Saved RAM belongs to the machine that ran; a start uses the persistent definition. */
static GStrv
compare_domains(FirnVm *vm, const FirnSnapshot *snapshot, gboolean *out_is_known, GError **error)
{
    const char *then =
        snapshot->live_definition != NULL ? snapshot->live_definition : snapshot->definition;
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;
    g_autofree char *today = NULL;
    const char *now;

    if (!firn_snapshot_registry_dup_definitions(vm, &definition, &live, error))
        return NULL;
    now = definition != NULL ? definition : live;
    *out_is_known = then != NULL && now != NULL;
    if (!*out_is_known)
        return g_new0(char *, 1);
    /* The location of its images is not part of the machine. */
    today = firn_domain_definition(then, now, error);
    return today == NULL ? NULL : firn_domain_drift_compare(today, now, error);
}

GStrv
firn_vm_drift_list_machine(FirnVm *vm,
                           const FirnSnapshot *snapshot,
                           gboolean *out_is_known,
                           GError **error)
{
    const char *launch = snapshot->memory == NULL ? NULL : snapshot->memory->machine;

    if (launch != NULL || firn_power_get_machine(vm) != NULL)
        return compare_launches(vm, launch, out_is_known);
    return compare_domains(vm, snapshot, out_is_known, error);
}

char *
firn_vm_drift_find_qemu(FirnVm *vm)
{
    const char *launch = firn_power_get_machine(vm);
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;
    g_autoptr(FirnDomainXml) xml = NULL;

    if (launch != NULL)
        return firn_qemu_version_find_program(launch);
    if (!firn_snapshot_registry_dup_definitions(vm, &definition, &live, NULL) || definition == NULL)
        return NULL;
    xml = firn_domain_xml_parse(definition, NULL);
    return xml == NULL ? NULL : g_strdup(xml->emulator);
}
