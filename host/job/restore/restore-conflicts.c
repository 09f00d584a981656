/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-conflicts.h"

#include <string.h>

#include "domain-xml.h"
#include "image-neighbours.h"
#include "power.h"
#include "printable.h"
#include "snapshot-registry.h"

#define NIC "network interface "

static gboolean
has_device(const FirnDomainXml *xml, const char *name)
{
    for (guint i = 0; i < xml->devices->len; i++) {
        const FirnDomainDevice *device = xml->devices->pdata[i];

        if (g_ascii_strcasecmp(device->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The MACs that the VM does not have now, as names of devices. */
static GPtrArray *
list_new(const FirnRestorePlan *plan)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnDomainXml) then =
        plan->definition == NULL ? NULL : firn_domain_xml_parse(plan->definition, NULL);
    g_autoptr(FirnDomainXml) now =
        then == NULL || plan->current == NULL ? NULL : firn_domain_xml_parse(plan->current, NULL);

    for (guint i = 0; then != NULL && i < then->devices->len; i++) {
        const FirnDomainDevice *device = then->devices->pdata[i];

        if (g_str_has_prefix(device->name, NIC) && (now == NULL || !has_device(now, device->name)))
            g_ptr_array_add(names, g_strdup(device->name));
    }
    return names;
}

static gboolean
is_in_launch(FirnVm *other, const char *name)
{
    const char *launch = firn_power_get_machine(other);
    g_autofree char *line = launch == NULL ? NULL : g_ascii_strdown(launch, -1);

    return line != NULL && strstr(line, name + strlen(NIC)) != NULL;
}

/* Both definitions of a running domain count. */
static gboolean
is_in_domain(const char *text, const char *name)
{
    g_autoptr(FirnDomainXml) xml = text == NULL ? NULL : firn_domain_xml_parse(text, NULL);

    return xml != NULL && has_device(xml, name);
}

static void
refuse(FirnRestorePlan *plan, FirnVm *other, const char *name)
{
    g_autofree char *vm = firn_printable(firn_vm_get_name(other));
    const char *mac = name + strlen(NIC);

    firn_blockers_add(plan->blockers,
                      "AddressInUse",
                      name,
                      "change it in that VM, or keep the current configuration with --config=keep",
                      "VM %s has this MAC address, too",
                      vm);
    firn_plan_resources_add(plan->resources,
                            "mac",
                            mac,
                            FIRN_PLAN_ACTION_CONFLICT,
                            "VM %s has it, too",
                            vm);
}

static void
compare(FirnRestorePlan *plan, FirnVm *other, GPtrArray *names)
{
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;

    /* The remains of a VM are never started. */
    if (firn_vm_get_state(other) == FIRN_VM_STATE_ORPHANED)
        return;
    firn_snapshot_registry_dup_definitions(other, &definition, &live, NULL);
    for (guint i = 0; i < names->len; i++)
        if (is_in_domain(definition, names->pdata[i]) || is_in_domain(live, names->pdata[i]) ||
            is_in_launch(other, names->pdata[i]))
            refuse(plan, other, names->pdata[i]);
}

void
firn_restore_conflicts_judge(FirnRestorePlan *plan)
{
    g_autoptr(GPtrArray) names = list_new(plan);
    GPtrArray *others = names->len == 0 ? NULL : firn_image_neighbours_list(plan->params->vm);

    for (guint i = 0; others != NULL && i < others->len; i++)
        compare(plan, others->pdata[i], names);
    if (others != NULL)
        firn_image_neighbours_release(others);
}
