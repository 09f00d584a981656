/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-start-check.h"

#include "host-error.h"
#include "restore-definition.h"
#include "restore-memory-check.h"
#include "same-file.h"

FirnPowerOn
firn_restore_start_describe(const FirnRestorePlan *plan)
{
    return (FirnPowerOn){.definition = plan->machine, .memory_path = plan->memory_path};
}

static void
find_machine(FirnRestorePlan *plan)
{
    g_autoptr(GError) error = NULL;

    if (!firn_restore_plan_takes_memory(plan) ||
        firn_restore_memory_find_machine(plan, &plan->machine, &error))
        return;
    firn_blockers_add_error(plan->blockers,
                            "DefinitionUnknown",
                            "machine",
                            "restore the disks alone with --off",
                            error);
}

/* Disks that are not restored and that the VM would lose at the start. */
static GPtrArray *
list_others(FirnRestorePlan *plan)
{
    g_autoptr(GPtrArray) all = firn_vm_enumerate_disks(plan->params->vm, NULL, NULL);
    GPtrArray *others = firn_disks_new();

    for (guint i = 0; all != NULL && i < all->len; i++) {
        const FirnDisk *disk = all->pdata[i];

        if (disk->is_writable && !disk->is_transient && disk->path != NULL &&
            firn_disks_find(plan->disks, disk->target) == NULL)
            g_ptr_array_add(others, firn_disk_copy(disk));
    }
    return others;
}

static void
tell_lost(FirnRestorePlan *plan)
{
    const FirnPowerOn present = {NULL};
    g_autoptr(GPtrArray) others = list_others(plan);
    g_autoptr(GPtrArray) found = firn_blockers_new();

    if (others->len > 0)
        firn_power_check_start(FIRN_POWER(plan->params->vm), &present, others, found);
    for (guint i = 0; i < found->len; i++) {
        const FirnBlocker *blocker = found->pdata[i];

        if (blocker->disk != NULL)
            firn_restore_plan_tell(plan,
                                   "the VM will not have disk %s after the restore: %s",
                                   blocker->disk,
                                   blocker->message);
    }
}

/* The disks to revert that the VM has now, too. */
static GPtrArray *
list_own(FirnRestorePlan *plan)
{
    GPtrArray *own = firn_disks_new();

    for (guint i = 0; i < plan->disks->len; i++) {
        const FirnDisk *disk = plan->disks->pdata[i];

        if (!g_ptr_array_find_with_equal_func(plan->attached, disk->target, g_str_equal, NULL))
            g_ptr_array_add(own, firn_disk_copy(disk));
    }
    return own;
}

/* A running VM is started again as it is defined if the restore fails; with best effort, without
 * what the host lacks. */
static void
check_return(FirnRestorePlan *plan)
{
    FirnPower *power = FIRN_POWER(plan->params->vm);
    g_autoptr(GPtrArray) unused = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *adapted = plan->params->is_best_effort && plan->current != NULL
                                   ? firn_power_adapt(power, plan->current, FALSE, unused, NULL)
                                   : NULL;
    const FirnPowerOn present = {.definition = adapted};
    g_autoptr(GPtrArray) own = list_own(plan);

    firn_power_check_start(power, &present, own, plan->blockers);
}

/* Whether the VM may be left off if it lacks something: it was off, and nothing of the snapshot
 * takes effect only at this start: RAM, or a recorded command line. */
static gboolean
may_stay_off(const FirnRestorePlan *plan)
{
    return g_str_equal(plan->run_after, "off") ||
           (g_str_equal(plan->run_before, "off") && plan->machine == NULL &&
            !firn_restore_plan_takes_memory(plan));
}

/* What else makes the start fail, such as a machine type that QEMU does not have, concerns the
 * start alone. */
static gboolean
is_dependency(const FirnBlocker *blocker)
{
    return g_str_equal(blocker->code, FIRN_BLOCKER_DEPENDENCY_MISSING);
}

static char *
advise(const FirnRestorePlan *plan, const FirnBlocker *blocker)
{
    gboolean can_drop = !plan->params->is_best_effort &&
                        firn_restore_definition_is_captured(plan) &&
                        firn_power_can_define(plan->params->vm);

    return g_strdup_printf("%s, %sor leave the VM off with --off",
                           blocker->remedy,
                           can_drop ? "restore without it with --mode=best-effort, " : "");
}

static void
refuse(FirnRestorePlan *plan, const FirnBlocker *lack)
{
    g_autofree char *remedy = is_dependency(lack) ? advise(plan, lack) : g_strdup(lack->remedy);

    if (lack->disk != NULL)
        firn_blockers_add_disk(plan->blockers, lack->code, lack->disk, remedy, lack->message);
    else
        firn_blockers_add(plan->blockers, lack->code, lack->subject, remedy, "%s", lack->message);
}

static void
check_start(FirnRestorePlan *plan)
{
    FirnPower *power = FIRN_POWER(plan->params->vm);
    FirnPowerOn how = firn_restore_start_describe(plan);
    gboolean starts = !g_str_equal(plan->run_after, "off");
    gboolean is_kept = may_stay_off(plan);
    g_autoptr(GPtrArray) found = firn_blockers_new();

    if (!starts && !firn_power_can_start(power, NULL))
        return;
    /* It is started as it will be defined then. */
    if (how.definition == NULL)
        how.definition = plan->definition;
    firn_power_check_start(power, &how, plan->disks, found);
    for (guint i = 0; i < found->len; i++) {
        const FirnBlocker *lack = found->pdata[i];

        if (is_kept && is_dependency(lack))
            firn_blockers_add(plan->missing,
                              lack->code,
                              lack->subject,
                              lack->remedy,
                              "%s",
                              lack->message);
        else if (starts)
            refuse(plan, lack);
    }
    if (plan->missing->len > 0)
        plan->run_after = "off";
}

void
firn_restore_start_check(FirnRestorePlan *plan)
{
    if (!FIRN_IS_POWER(plan->params->vm))
        return;
    find_machine(plan);
    if (!g_str_equal(plan->run_before, "off"))
        tell_lost(plan);
    if (!g_str_equal(plan->run_before, "off"))
        check_return(plan);
    check_start(plan);
}

static gboolean
has_open(GPtrArray *disks, const char *path)
{
    for (guint i = 0; i < disks->len; i++)
        if (firn_same_file(((const FirnDisk *)disks->pdata[i])->path, path))
            return TRUE;
    return FALSE;
}

gboolean
firn_restore_start_verify(const FirnRestorePlan *plan, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_vm_enumerate_disks(plan->params->vm, NULL, error);

    if (disks == NULL)
        return FALSE;
    for (guint i = 0; i < plan->disks->len; i++) {
        const FirnDisk *disk = plan->disks->pdata[i];

        if (has_open(disks, disk->path))
            continue;
        return firn_host_error_set(
            error,
            FIRN_HOST_ERROR_INCONSISTENT,
            "its QEMU does not have the reverted image of disk %s (%s); compare the disk's path "
            "with virsh edit VM (or launch=)",
            disk->target,
            disk->path);
    }
    return TRUE;
}
