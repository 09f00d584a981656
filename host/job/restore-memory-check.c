/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-memory-check.h"

#include "block-device.h"
#include "erase.h"
#include "host-error.h"
#include "memory-examination.h"
#include "power.h"
#include "qemu-machines.h"
#include "qemu-version.h"
#include "save-image.h"
#include "vm-drift.h"
#include "vm-registry.h"

#define WITHOUT_RAM "go back to the disks alone with --off"
#define AS_IT_WAS   "start it as it was then with --force, or " WITHOUT_RAM
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
                          "firn does not know the folder of its save image");
        return;
    }
    plan->memory_path = firn_save_image_path(directory, plan->target->uuid);
    /* Cut short it would fail when the guest is off already. */
    if (firn_memory_examination_check(plan->params->vm, plan->target, &error))
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

/* The disk, as it is now, whose image should have the RAM; NULL if nobody has recorded that. */
static const FirnDisk *
find_recorded(FirnRestorePlan *plan)
{
    const FirnMemoryRecord *memory = plan->target->memory;

    for (guint i = 0; memory != NULL && i < plan->target->disks->len; i++) {
        const FirnSnapshotDisk *then = plan->target->disks->pdata[i];

        if (g_strcmp0(then->target, memory->disk) == 0)
            return firn_erase_find_disk(plan->disks, plan->target, then);
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

/* RAM in one of the images: QEMU has to be told in which. */
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
                          "the image of %s has the snapshot, but no RAM in it",
                          expected);
    else
        firn_blockers_add(plan->blockers,
                          "MemoryMissing",
                          "RAM",
                          WITHOUT_RAM,
                          "it should be in the image of %s alone, and that of %s has RAM of it",
                          expected,
                          first == recorded ? ((FirnDisk *)found->pdata[1])->target
                                            : first->target);
}

static void
tell_difference(FirnRestorePlan *plan, const char *sentence)
{
    if (plan->params->is_forced)
        firn_restore_plan_tell(plan,
                               "it is started as it was then, not as it is defined now: %s",
                               sentence);
    else
        firn_blockers_add(plan->blockers, "ConfigChanged", "machine", AS_IT_WAS, "%s", sentence);
}

static void
tell_unknown(FirnRestorePlan *plan)
{
    static const char unknown[] = "nothing is recorded of the machine that its RAM was taken from";

    if (plan->params->is_forced)
        firn_restore_plan_tell(plan, "it is started as it is defined now: %s", unknown);
    else
        firn_blockers_add(plan->blockers, "ConfigChanged", "machine", AT_A_RISK, "%s", unknown);
}

/* RAM goes into the machine that it was taken from, and into no other. */
static void
compare_machines(FirnRestorePlan *plan)
{
    gboolean is_known = FALSE;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) drift =
        firn_vm_drift_list_machine(plan->params->vm, plan->target, &is_known, &error);

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
                          "%s does not know its machine type any more, which was %s",
                          program,
                          then);
    else if (!g_str_equal(type, then))
        tell_difference(plan, sentence);
}

/* What is "q35" is another machine for the next QEMU. libvirt knows that, and writes out which. */
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

/* A newer QEMU knows the machines of an older one, and not the other way round. Where nobody can be
 * asked QEMU says so itself, before its guest runs. */
static void
compare_versions(FirnRestorePlan *plan, const char *program)
{
    const FirnMemoryRecord *memory = plan->target->memory;
    g_autofree char *now = firn_qemu_version_ask(program, NULL);

    if (now == NULL || !firn_qemu_version_is_older(now, memory->qemu_version))
        return;
    if (plan->params->is_forced)
        firn_restore_plan_tell(plan,
                               "its RAM was taken by QEMU %s, and goes to QEMU %s",
                               memory->qemu_version,
                               now);
    else
        firn_blockers_add(plan->blockers,
                          "ConfigChanged",
                          "QEMU",
                          AT_A_RISK,
                          "its RAM was taken by QEMU %s, and %s is %s",
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

/* The command line of a machine that has no definition. Of two types QEMU takes the last. */
static char *
dup_command_line(const FirnMemoryRecord *memory)
{
    return memory->machine_type == NULL
               ? g_strdup(memory->machine)
               : g_strdup_printf("%s -machine %s", memory->machine, memory->machine_type);
}

/* What libvirt defined it with then. */
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
    if (!firn_vm_registry_is_there(plan->params->vm)) {
        if (plan->params->is_forced && memory != NULL && memory->machine != NULL)
            *out_machine = dup_command_line(memory);
        return TRUE;
    }
    /* RAM in an image goes into the machine as it is defined, if that is the same. */
    if (plan->memory_path == NULL && !plan->params->is_forced)
        return TRUE;
    then = dup_definition(plan, &failure);
    if (then != NULL)
        *out_machine = firn_power_dup_today(FIRN_POWER(plan->params->vm), then, &failure);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
