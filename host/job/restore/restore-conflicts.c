/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-conflicts.h"

#include <string.h>

#include "domain-xml.h"
#include "image-neighbours.h"
#include "power.h"
#include "printable.h"
#include "snapshot-registry.h"

/* The network interfaces that the VM does not have now. */
static GPtrArray *
list_new(const FirnDomainXml *then, const FirnDomainXml *now)
{
    GPtrArray *nics = g_ptr_array_new();

    for (guint i = 0; i < then->devices->len; i++) {
        FirnDomainDevice *device = then->devices->pdata[i];

        if (firn_domain_device_get_mac(device) != NULL &&
            (now == NULL || !firn_domain_xml_has_device(now, device->name)))
            g_ptr_array_add(nics, device);
    }
    return nics;
}

static gboolean
is_in_launch(FirnVm *other, const FirnDomainDevice *nic)
{
    const char *launch = firn_power_get_machine(other);
    g_autofree char *line = launch == NULL ? NULL : g_ascii_strdown(launch, -1);
    g_autofree char *mac = g_ascii_strdown(firn_domain_device_get_mac(nic), -1);

    return line != NULL && strstr(line, mac) != NULL;
}

/* Both definitions of a running domain count. */
static gboolean
is_in_domain(const char *text, const FirnDomainDevice *nic)
{
    g_autoptr(FirnDomainXml) xml = text == NULL ? NULL : firn_domain_xml_parse(text, NULL);

    return xml != NULL && firn_domain_xml_has_device(xml, nic->name);
}

static void
refuse(FirnRestorePlan *plan, FirnVm *other, const FirnDomainDevice *nic)
{
    g_autofree char *vm = firn_printable(firn_vm_get_name(other));

    firn_blockers_add(plan->blockers,
                      "AddressInUse",
                      nic->name,
                      "change it in that VM, or keep the current configuration with --config=keep",
                      "VM %s has this MAC address, too",
                      vm);
    firn_plan_resources_add(plan->resources,
                            "mac",
                            firn_domain_device_get_mac(nic),
                            FIRN_PLAN_ACTION_CONFLICT,
                            "VM %s has it, too",
                            vm);
}

static void
compare(FirnRestorePlan *plan, FirnVm *other, GPtrArray *nics)
{
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;

    /* The remains of a VM are never started. */
    if (firn_vm_get_state(other) == FIRN_VM_STATE_ORPHANED)
        return;
    firn_snapshot_registry_dup_definitions(other, &definition, &live, NULL);
    for (guint i = 0; i < nics->len; i++)
        if (is_in_domain(definition, nics->pdata[i]) || is_in_domain(live, nics->pdata[i]) ||
            is_in_launch(other, nics->pdata[i]))
            refuse(plan, other, nics->pdata[i]);
}

static void
compare_all(FirnRestorePlan *plan, GPtrArray *nics)
{
    GPtrArray *others = firn_image_neighbours_list(plan->params->vm);

    for (guint i = 0; i < others->len; i++)
        compare(plan, others->pdata[i], nics);
    firn_image_neighbours_release(others);
}

void
firn_restore_conflicts_judge(FirnRestorePlan *plan)
{
    g_autoptr(FirnDomainXml) then =
        plan->definition == NULL ? NULL : firn_domain_xml_parse(plan->definition, NULL);
    g_autoptr(FirnDomainXml) now =
        plan->current == NULL ? NULL : firn_domain_xml_parse(plan->current, NULL);
    g_autoptr(GPtrArray) nics = then == NULL ? NULL : list_new(then, now);

    if (nics != NULL && nics->len > 0)
        compare_all(plan, nics);
}
