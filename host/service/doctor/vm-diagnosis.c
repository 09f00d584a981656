/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-diagnosis.h"

#include "catalogue-findings.h"
#include "create-dry-run.h"
#include "direct-vm.h"
#include "domain-findings.h"
#include "hook-findings.h"
#include "host-diagnosis.h"
#include "libvirt-findings.h"
#include "lock-findings.h"
#include "machine-findings.h"
#include "memory-findings.h"
#include "plan-findings.h"
#include "power.h"
#include "snapshot-registry.h"
#include "spaces.h"

static void
add_storage(FirnFindings *findings, GVariant *plan)
{
    g_autoptr(GVariant) disks = g_variant_lookup_value(plan, "disks", G_VARIANT_TYPE("a(ssst)"));
    g_autoptr(FirnSpaces) spaces = firn_spaces_new();
    GVariantIter iter;
    const char *target, *path;

    g_variant_iter_init(&iter, disks);
    while (g_variant_iter_next(&iter, "(&ss&st)", &target, NULL, &path, NULL)) {
        g_autofree char *what = g_strdup_printf("disk %s", target);

        firn_spaces_add(spaces, what, path);
        firn_lock_findings_add(findings, what, path);
    }
    firn_spaces_tell(spaces, findings);
}

static const char *
get_monitor_path(FirnVm *vm)
{
    return FIRN_IS_DIRECT_VM(vm) ? firn_direct_vm_get_file(FIRN_DIRECT_VM(vm))->monitor_path : NULL;
}

static void
look_at_plan(FirnFindings *findings, gpointer data, GCancellable *hurry)
{
    FirnCreateParams *params = data;
    g_autoptr(GVariant) plan = firn_create_dry_run_make(params, hurry);

    firn_plan_findings_add(findings, plan, get_monitor_path(params->vm));
    add_storage(findings, plan);
}

static void
add_definition(FirnFindings *findings, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(text, &error);

    if (xml != NULL)
        firn_domain_findings_add(findings, xml);
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "DefinitionUnreadable",
                          "definition",
                          error->message,
                          "inspect it with: virsh dumpxml VM");
}

static void
add_drift(FirnFindings *findings, FirnVm *vm)
{
    g_autoptr(FirnSnapshot) current =
        firn_catalogue_lookup(firn_vm_get_catalogue(vm), "@current", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnVmDrift) found = firn_vm_drift_read(vm, current, &error);

    if (found != NULL)
        firn_domain_findings_add_drift(findings,
                                       found,
                                       firn_vm_get_name(vm),
                                       current == NULL ? "" : current->name);
}

/* A restore may start the VM next. */
static void
look_at_start(FirnFindings *findings, gpointer vm, GCancellable *hurry)
{
    const FirnPowerOn how = {NULL};
    g_autoptr(GPtrArray) found = firn_blockers_new();

    if (firn_power_can_start(FIRN_POWER(vm), NULL))
        firn_power_check_start(FIRN_POWER(vm), &how, NULL, found);
    for (guint i = 0; i < found->len; i++) {
        const FirnBlocker *blocker = found->pdata[i];

        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          blocker->code,
                          blocker->subject,
                          blocker->message,
                          blocker->remedy);
    }
}

static void
look_at_domain(FirnFindings *findings, gpointer vm, GCancellable *hurry)
{
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;
    g_autoptr(GError) error = NULL;

    if (!firn_snapshot_registry_dup_definitions(vm, &definition, &live, &error)) {
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "DefinitionUnknown",
                          "definition",
                          error->message,
                          "check libvirtd: virsh dumpxml VM");
        return;
    }
    add_definition(findings, live != NULL ? live : definition);
    add_drift(findings, vm);
}

/* While a job saves RAM, QEMU's answer says nothing about the next snapshot, so QEMU is not
 * asked. */
static void
look_at_memory(FirnFindings *findings, gpointer vm, GCancellable *hurry)
{
    g_autoptr(FirnChannel) monitor = firn_vm_get_job(vm) != 0 ? NULL : firn_vm_dup_monitor(vm);

    firn_memory_findings_add(findings, monitor, "", hurry);
}

static void
look_at_machine(FirnFindings *findings, gpointer vm, GCancellable *hurry)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(firn_vm_get_catalogue(vm));
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);

    if (monitor != NULL)
        firn_machine_findings_add(findings, records, monitor, hurry);
}

/* While a job works on the VM its guest may be frozen, and is not asked. */
static void
look_at_hooks(FirnFindings *findings, gpointer vm, GCancellable *hurry)
{
    FirnChannel *agent = firn_vm_get_job(vm) != 0 || firn_vm_get_state(vm) != FIRN_VM_STATE_RUNNING
                             ? NULL
                             : firn_vm_open_agent(vm, hurry, NULL);
    g_autoptr(FirnChannel) monitor = NULL;

    if (agent == NULL)
        return;
    monitor = firn_vm_dup_monitor(vm);
    firn_hook_findings_add(findings, agent, monitor, hurry);
    firn_vm_close_agent(vm, agent);
}

static void
free_params(gpointer params)
{
    firn_create_params_free(params);
}

static void
add_looks(FirnDiagnosis *diagnosis, const FirnServiceParts *parts, FirnVm *vm)
{
    FirnCreateParams *params = firn_create_params_new(vm, parts->backend);
    FirnPolicy policy;

    firn_catalogue_get_policy(firn_vm_get_catalogue(vm), &policy);
    params->leave_guest_alone = firn_vm_get_job(vm) != 0;
    firn_diagnosis_look(diagnosis, "VM", look_at_plan, params, free_params);
    if (FIRN_IS_POWER(vm))
        firn_diagnosis_look(diagnosis, "start", look_at_start, g_object_ref(vm), g_object_unref);
    if (firn_snapshot_registry_is_there(vm)) {
        firn_diagnosis_look(diagnosis, "libvirt", look_at_domain, g_object_ref(vm), g_object_unref);
        firn_host_diagnosis_add_libvirt(diagnosis, parts);
    }
    firn_diagnosis_look(diagnosis, "machine", look_at_machine, g_object_ref(vm), g_object_unref);
    firn_diagnosis_look(diagnosis, "hooks", look_at_hooks, g_object_ref(vm), g_object_unref);
    if (policy.allow_memory)
        firn_diagnosis_look(diagnosis, "RAM", look_at_memory, g_object_ref(vm), g_object_unref);
}

void
firn_vm_diagnosis_async(const FirnServiceParts *parts,
                        FirnVm *vm,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    FirnDiagnosis *diagnosis = firn_diagnosis_new(callback, user_data);

    firn_host_diagnosis_add_access(diagnosis, parts);
    firn_catalogue_findings_add(firn_diagnosis_get_findings(diagnosis), vm);
    add_looks(diagnosis, parts, vm);
    firn_diagnosis_end(diagnosis);
}
