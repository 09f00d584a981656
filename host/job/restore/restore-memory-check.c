/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-memory-check.h"

#include "block-device.h"
#include "delete-snapshot.h"
#include "host-error.h"
#include "memory-file-check.h"
#include "power.h"
#include "qemu-machines.h"
#include "qemu-version.h"
#include "restore-definition.h"
#include "save-image.h"
#include "snapshot-registry.h"
#include "vm-drift.h"

#define WITHOUT_RAM "restore the disks alone with --off"
#define AS_IT_WAS   "start the VM as recorded with --config=captured, or " WITHOUT_RAM
#define AT_A_RISK   "let QEMU try with --force, or " WITHOUT_RAM

static void
find_save_image(FirnRestorePlan *plan)
{
    FirnStateDir *directory = firn_vm_get_memory(plan->params->vm);
    g_autoptr(GError) error = NULL;

    if (directory == NULL) {
        firn_blockers_add(plan->blockers,
                          "MemoryMissing",
                          "RAM",
                          WITHOUT_RAM,
                          "firn does not know the folder of the save image");
        return;
    }
    plan->memory_path = firn_save_image_path(directory, plan->target->uuid);
    /* A truncated save image would fail only after the guest was stopped. */
    if (firn_memory_file_check_one(plan->params->vm, plan->target, &error))
        return;
    firn_blockers_add_error(plan->blockers, "MemoryMissing", "RAM", WITHOUT_RAM, error);
    g_clear_pointer(&plan->memory_path, g_free);
}

static gboolean
has_ram(const FirnDisk *disk, const char *tag)
{
    for (guint i = 0; i < disk->snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = disk->snapshots->pdata[i];

        if (g_strcmp0(snapshot->tag, tag) == 0 && snapshot->vm_state_bytes > 0)
            return TRUE;
    }
    return FALSE;
}

/* The disk, as it is now, whose image should contain the RAM; NULL if that was not recorded. */
static const FirnDisk *
find_recorded(FirnRestorePlan *plan)
{
    const FirnMemoryRecord *memory = plan->target->memory;

    for (guint i = 0; memory != NULL && i < plan->target->disks->len; i++) {
        const FirnSnapshotDisk *then = plan->target->disks->pdata[i];

        if (g_strcmp0(then->target, memory->disk) == 0)
            return firn_delete_snapshot_find_disk(plan->disks, plan->target, then);
    }
    return NULL;
}

static GPtrArray *
list_with_ram(FirnRestorePlan *plan)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < plan->disks->len; i++)
        if (has_ram(plan->disks->pdata[i], plan->target->tag))
            g_ptr_array_add(found, plan->disks->pdata[i]);
    return found;
}

/* RAM is in one of the images: QEMU must be told in which. */
static void
find_memory_disk(FirnRestorePlan *plan)
{
    g_autoptr(GPtrArray) found = list_with_ram(plan);
    const FirnDisk *recorded = find_recorded(plan);
    const FirnDisk *first = found->len == 0 ? NULL : found->pdata[0];
    const char *expected = recorded == NULL ? "any disk" : recorded->target;

    if (found->len == 1 && (recorded == NULL || recorded == first))
        plan->memory_disk = first;
    else if (first == NULL)
        firn_blockers_add(plan->blockers,
                          "MemoryMissing",
                          "RAM",
                          WITHOUT_RAM,
                          "the image of %s has the snapshot, but without RAM",
                          expected);
    else
        firn_blockers_add(plan->blockers,
                          "MemoryMissing",
                          "RAM",
                          WITHOUT_RAM,
                          "only the image of %s should contain the RAM, but that of %s does too",
                          expected,
                          first == recorded ? ((FirnDisk *)found->pdata[1])->target
                                            : first->target);
}

static void
tell_difference(FirnRestorePlan *plan, const char *sentence)
{
    plan->is_machine_other = TRUE;
    if (plan->params->is_forced || firn_restore_definition_is_captured(plan))
        firn_restore_plan_tell(plan,
                               "the VM is started as recorded, not as it is defined now: %s",
                               sentence);
    else
        firn_blockers_add(plan->blockers, "ConfigChanged", "machine", AS_IT_WAS, "%s", sentence);
}

static gboolean
is_domain_captured(const FirnRestorePlan *plan)
{
    return firn_restore_definition_is_captured(plan) && firn_power_can_define(plan->params->vm);
}

static void
tell_unknown(FirnRestorePlan *plan)
{
    static const char unknown[] = "the machine that the RAM was saved from was not recorded";

    if (plan->params->is_forced)
        firn_restore_plan_tell(plan, "the VM is started as it is defined now: %s", unknown);
    else
        firn_blockers_add(plan->blockers, "ConfigChanged", "machine", AT_A_RISK, "%s", unknown);
}

/* RAM must be loaded into the machine that it was saved from. */
static void
compare_machines(FirnRestorePlan *plan)
{
    gboolean is_known = FALSE;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) drift = NULL;

    /* It is started as it ran. */
    if (is_domain_captured(plan))
        return;
    drift = firn_vm_drift_list_machine(plan->params->vm, plan->target, &is_known, &error);
    if (drift == NULL)
        firn_blockers_add_error(
            plan->blockers,
            g_error_matches(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT)
                ? "Inconsistent"
                : "DefinitionUnknown",
            "machine",
            WITHOUT_RAM,
            error);
    else if (!is_known)
        tell_unknown(plan);
    for (GStrv sentence = drift; sentence != NULL && *sentence != NULL; sentence++)
        tell_difference(plan, *sentence);
}

static void
judge_type(FirnRestorePlan *plan, const char *program, const char *type)
{
    const char *then = plan->target->memory->machine_type;
    g_autofree char *sentence =
        type == NULL ? NULL : g_strdup_printf("machine type %s -> %s", then, type);

    if (sentence == NULL)
        firn_blockers_add(plan->blockers,
                          "MachineUnknown",
                          "machine",
                          WITHOUT_RAM,
                          "%s no longer knows the machine type, which was %s",
                          program,
                          then);
    else if (!g_str_equal(type, then))
        tell_difference(plan, sentence);
}

/* "q35" stands for other machine types in other versions of QEMU. libvirt records the full name. */
static void
compare_types(FirnRestorePlan *plan, const char *program)
{
    const FirnMemoryRecord *memory = plan->target->memory;
    g_autofree char *named =
        memory->machine == NULL ? NULL : firn_qemu_machines_find_name(memory->machine);
    g_autofree char *type = NULL;

    if (memory->machine_type == NULL || (memory->machine != NULL && named == NULL))
        return;
    if (firn_qemu_machines_resolve(program,
                                   named == NULL ? memory->machine_type : named,
                                   &type,
                                   NULL))
        judge_type(plan, program, type);
}

/* A newer QEMU knows the machine types of an older one, but not the reverse. If no version can be
 * queried, QEMU itself refuses before the guest runs. */
static void
compare_versions(FirnRestorePlan *plan, const char *program)
{
    const FirnMemoryRecord *memory = plan->target->memory;
    g_autofree char *now = firn_qemu_version_ask(program, NULL);

    if (now == NULL || !firn_qemu_version_is_older(now, memory->qemu_version))
        return;
    if (plan->params->is_forced)
        firn_restore_plan_tell(plan,
                               "the RAM was saved by QEMU %s, and is loaded by QEMU %s",
                               memory->qemu_version,
                               now);
    else
        firn_blockers_add(plan->blockers,
                          "ConfigChanged",
                          "QEMU",
                          AT_A_RISK,
                          "the RAM was saved by QEMU %s, and %s is %s",
                          memory->qemu_version,
                          program,
                          now);
}

static void
compare_programs(FirnRestorePlan *plan)
{
    g_autofree char *program =
        plan->target->memory == NULL ? NULL : firn_vm_drift_find_qemu(plan->params->vm);

    if (program == NULL)
        return;
    compare_versions(plan, program);
    compare_types(plan, program);
}

void
firn_restore_memory_check(FirnRestorePlan *plan)
{
    if (plan->target->has_vm_state)
        find_memory_disk(plan);
    else
        find_save_image(plan);
    compare_machines(plan);
    compare_programs(plan);
}

/* The command line of a machine without a definition. Of two machine types QEMU uses the last. */
static char *
dup_command_line(const FirnMemoryRecord *memory)
{
    return memory->machine_type == NULL
               ? g_strdup(memory->machine)
               : g_strdup_printf("%s -machine %s", memory->machine, memory->machine_type);
}

/* The definition that libvirt used when the RAM was saved. */
static char *
dup_definition(const FirnRestorePlan *plan, GError **error)
{
    const FirnSnapshot *target = plan->target;

    if (plan->memory_path != NULL)
        return firn_save_image_dup_xml(plan->memory_path, error);
    return g_strdup(target->live_definition != NULL ? target->live_definition : target->definition);
}

gboolean
firn_restore_memory_find_machine(FirnRestorePlan *plan, char **out_machine, GError **error)
{
    const FirnMemoryRecord *memory = plan->target->memory;
    g_autoptr(GError) failure = NULL;
    g_autofree char *then = NULL;

    *out_machine = NULL;
    if (!firn_snapshot_registry_is_there(plan->params->vm)) {
        if (plan->is_machine_other && memory != NULL && memory->machine != NULL)
            *out_machine = dup_command_line(memory);
        return TRUE;
    }
    /* Otherwise RAM in an image is loaded into the machine as it is defined, which was checked to
     * be the same. */
    if (plan->memory_path == NULL && !plan->params->is_forced && !is_domain_captured(plan))
        return TRUE;
    then = dup_definition(plan, &failure);
    if (then != NULL)
        *out_machine = is_domain_captured(plan)
                           ? firn_restore_definition_capture(plan, then, &failure)
                           : firn_power_dup_today(FIRN_POWER(plan->params->vm), then, &failure);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
