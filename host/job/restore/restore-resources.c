/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-resources.h"

#include "delete-snapshot.h"
#include "domain-xml.h"
#include "power.h"
#include "restore-definition.h"

#define add(plan, ...) firn_plan_resources_add((plan)->resources, __VA_ARGS__)

static void
list_machine(FirnRestorePlan *plan)
{
    const char *name = firn_vm_get_name(plan->params->vm);

    if (!firn_power_can_define(plan->params->vm))
        add(plan,
            "launch",
            name,
            plan->machine == NULL ? FIRN_PLAN_ACTION_SAME : FIRN_PLAN_ACTION_REPLACED,
            "%s",
            plan->machine == NULL ? "" : "it is started as recorded; its machine file stays");
    else if (plan->definition != NULL)
        add(plan, "domain", name, FIRN_PLAN_ACTION_REPLACED, "it is defined as recorded");
    else
        add(plan,
            "domain",
            name,
            FIRN_PLAN_ACTION_SAME,
            "%s",
            firn_restore_definition_is_captured(plan) ? "" : "it keeps its definition");
}

static gboolean
is_attached(const FirnRestorePlan *plan, const char *target)
{
    return g_ptr_array_find_with_equal_func(plan->attached, target, g_str_equal, NULL);
}

static gboolean
is_wanted(const FirnRestorePlan *plan, const char *target)
{
    return plan->params->disks == NULL ||
           g_strv_contains((const char *const *)plan->params->disks, target);
}

static void
list_disks(FirnRestorePlan *plan)
{
    for (guint i = 0; i < plan->disks->len; i++) {
        const FirnDisk *disk = plan->disks->pdata[i];

        add(plan,
            "disk",
            disk->target,
            is_attached(plan, disk->target) ? FIRN_PLAN_ACTION_CREATED : FIRN_PLAN_ACTION_REPLACED,
            "%s",
            disk->path);
    }
    for (guint i = 0; i < plan->target->disks->len; i++) {
        const FirnSnapshotDisk *then = plan->target->disks->pdata[i];

        if (is_wanted(plan, then->target) &&
            firn_delete_snapshot_find_disk(plan->disks, plan->target, then) == NULL)
            add(plan, "disk", then->target, FIRN_PLAN_ACTION_MISSING, "%s", then->path);
    }
}

static void
list_memory(FirnRestorePlan *plan)
{
    if (!firn_restore_plan_has_memory(plan))
        return;
    if (!firn_restore_plan_takes_memory(plan))
        add(plan, "ram", "", FIRN_PLAN_ACTION_SAME, "it is not loaded: the VM stays off");
    else if (plan->memory_path == NULL && plan->memory_disk == NULL)
        add(plan, "ram", "", FIRN_PLAN_ACTION_MISSING, "%s", "");
    else
        add(plan, "ram", "", FIRN_PLAN_ACTION_REPLACED, "the guest resumes from it");
}

static void
list_nvram(FirnRestorePlan *plan)
{
    if (plan->nvram != NULL)
        add(plan, "nvram", "", FIRN_PLAN_ACTION_REPLACED, "%s", plan->present->nvram->path);
    else if (plan->target->nvram != NULL && plan->params->disks == NULL)
        add(plan, "nvram", "", FIRN_PLAN_ACTION_MISSING, "%s", plan->target->nvram->path);
}

static const char *
find_medium(const FirnDomainXml *xml, const char *target)
{
    for (guint i = 0; i < xml->disks->len; i++) {
        const FirnDomainDisk *disk = xml->disks->pdata[i];

        if (disk->is_removable && g_str_equal(disk->target, target))
            return disk->path == NULL ? "" : disk->path;
    }
    return NULL;
}

static void
list_medium(FirnRestorePlan *plan, const FirnDomainDisk *drive, const FirnDomainXml *now)
{
    const char *path = drive->path == NULL ? "" : drive->path;
    const char *path_now = find_medium(now, drive->target);
    FirnPlanAction action = path_now == NULL              ? FIRN_PLAN_ACTION_CREATED
                            : g_str_equal(path, path_now) ? FIRN_PLAN_ACTION_SAME
                                                          : FIRN_PLAN_ACTION_REPLACED;

    if (*path != '\0' && !g_file_test(path, G_FILE_TEST_EXISTS))
        action = FIRN_PLAN_ACTION_MISSING;
    add(plan, "medium", drive->target, action, "%s", *path == '\0' ? "empty" : path);
}

/* Devices that only one of the definitions has. A network interface is named by its MAC. */
static void
list_devices(FirnRestorePlan *plan,
             const FirnDomainXml *xml,
             const FirnDomainXml *other,
             FirnPlanAction action)
{
    for (guint i = 0; i < xml->devices->len; i++) {
        const FirnDomainDevice *device = xml->devices->pdata[i];
        const char *mac = firn_domain_device_get_mac(device);
        gboolean is_in_both = firn_domain_xml_has_device(other, device->name);

        if (mac != NULL || !is_in_both)
            add(plan,
                mac != NULL ? "mac" : "device",
                mac != NULL ? mac : device->name,
                is_in_both ? FIRN_PLAN_ACTION_SAME : action,
                "%s",
                "");
    }
}

/* A disk that was attached since, and that the captured definition does not have. */
static void
list_detached(FirnRestorePlan *plan, const FirnDomainXml *then, const FirnDomainXml *now)
{
    for (guint i = 0; i < now->disks->len; i++) {
        const FirnDomainDisk *disk = now->disks->pdata[i];
        gboolean is_there = FALSE;

        for (guint k = 0; k < then->disks->len; k++)
            is_there = is_there ||
                       g_str_equal(((FirnDomainDisk *)then->disks->pdata[k])->target, disk->target);
        if (!is_there)
            add(plan,
                disk->is_removable ? "medium" : "disk",
                disk->target,
                FIRN_PLAN_ACTION_REMOVED,
                "%s is not touched",
                disk->path == NULL ? "its contents" : disk->path);
    }
}

static void
list_definition(FirnRestorePlan *plan)
{
    const char *text = plan->definition != NULL ? plan->definition : plan->current;
    g_autoptr(FirnDomainXml) now =
        plan->current == NULL ? NULL : firn_domain_xml_parse(plan->current, NULL);
    g_autoptr(FirnDomainXml) then = now == NULL ? NULL : firn_domain_xml_parse(text, NULL);

    if (then == NULL)
        return;
    for (guint i = 0; i < then->disks->len; i++) {
        const FirnDomainDisk *disk = then->disks->pdata[i];

        if (disk->is_removable)
            list_medium(plan, disk, now);
    }
    list_detached(plan, then, now);
    list_devices(plan, then, now, FIRN_PLAN_ACTION_CREATED);
    list_devices(plan, now, then, FIRN_PLAN_ACTION_REMOVED);
}

/* A blocker says why a disk cannot be restored. */
static void
list_blockers(FirnRestorePlan *plan)
{
    for (guint i = 0; i < plan->blockers->len; i++) {
        const FirnBlocker *blocker = plan->blockers->pdata[i];

        if (blocker->disk != NULL)
            add(plan,
                "disk",
                blocker->disk,
                g_str_equal(blocker->code, "ImageInUse") ? FIRN_PLAN_ACTION_CONFLICT
                                                         : FIRN_PLAN_ACTION_MISSING,
                "%s",
                blocker->message);
    }
}

/* The VM is left off for these. */
static void
list_missing(FirnRestorePlan *plan)
{
    for (guint i = 0; i < plan->missing->len; i++) {
        const FirnBlocker *lack = plan->missing->pdata[i];

        add(plan, "dependency", lack->subject, FIRN_PLAN_ACTION_MISSING, "%s", lack->message);
    }
}

void
firn_restore_resources_list(FirnRestorePlan *plan)
{
    list_machine(plan);
    list_disks(plan);
    list_nvram(plan);
    list_memory(plan);
    list_definition(plan);
    list_blockers(plan);
    list_missing(plan);
}
