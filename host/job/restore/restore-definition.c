/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-definition.h"

#include "delete-snapshot.h"
#include "domain-definition.h"
#include "domain-drift.h"
#include "domain-xml.h"
#include "host-error.h"
#include "launch-drift.h"
#include "power.h"
#include "printable.h"
#include "same-file.h"
#include "snapshot-registry.h"

#define KEEP_IT "keep the current configuration with --config=keep"

/* Disks alone belong to the definition that the domain starts with; a transient domain had only a
 * live one. */
static const char *
get_then(const FirnSnapshot *target)
{
    return target->definition != NULL ? target->definition : target->live_definition;
}

gboolean
firn_restore_definition_is_captured(const FirnRestorePlan *plan)
{
    if (plan->params->keeps_config || plan->params->disks != NULL)
        return FALSE;
    if (firn_power_can_define(plan->params->vm))
        return get_then(plan->target) != NULL;
    return plan->target->launch != NULL ||
           (plan->target->memory != NULL && plan->target->memory->machine != NULL);
}

static gboolean
has_disk(const FirnDomainXml *xml, const char *target)
{
    for (guint i = 0; xml != NULL && i < xml->disks->len; i++)
        if (g_str_equal(((const FirnDomainDisk *)xml->disks->pdata[i])->target, target))
            return TRUE;
    return FALSE;
}

static void
add_moved(GHashTable *moved, const char *then, const char *now)
{
    g_hash_table_insert(moved, g_strdup(then), g_strdup(now));
}

/* Whether a disk is kept as the VM has it now. Where an image is, is not part of the machine. A
 * disk that was attached to the running domain only is not in the definition; but one that an undo
 * point does not define was brought by the restore. */
static gboolean
is_kept(const FirnRestorePlan *plan,
        const FirnDomainXml *xml,
        const FirnSnapshotDisk *then,
        const FirnDisk *now)
{
    if (!has_disk(xml, then->target))
        return plan->params->key != NULL;
    return !firn_same_file(now->path, then->path);
}

static GHashTable *
find_moved(const FirnRestorePlan *plan, const char *definition)
{
    GHashTable *moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(definition, NULL);

    for (guint i = 0; i < plan->target->disks->len; i++) {
        const FirnSnapshotDisk *then = plan->target->disks->pdata[i];
        const FirnDisk *now = firn_delete_snapshot_find_disk(plan->disks, plan->target, then);

        if (now != NULL && is_kept(plan, xml, then, now))
            add_moved(moved, then->target, now->target);
    }
    return moved;
}

static char *
dup_now(FirnVm *vm, GError **error)
{
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;

    if (!firn_snapshot_registry_dup_definitions(vm, &definition, &live, error))
        return NULL;
    return definition != NULL ? g_steal_pointer(&definition) : g_steal_pointer(&live);
}

/* Makes the definition one that can be started here. */
static char *
adapt(FirnRestorePlan *plan, const char *definition, GError **error)
{
    FirnPower *power = FIRN_POWER(plan->params->vm);
    gboolean keeps_devices = firn_restore_plan_takes_memory(plan);
    g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);
    char *adapted = firn_power_adapt(power, definition, keeps_devices, told, error);

    for (guint i = 0; i < told->len; i++)
        firn_restore_plan_tell(plan, "%s", (const char *)told->pdata[i]);
    return adapted;
}

char *
firn_restore_definition_capture(FirnRestorePlan *plan, const char *then, GError **error)
{
    g_autoptr(GHashTable) moved = find_moved(plan, then);
    g_autofree char *now = dup_now(plan->params->vm, error);
    g_autofree char *captured =
        now == NULL ? NULL : firn_domain_definition_capture(then, now, moved, error);

    if (captured == NULL || !plan->params->is_best_effort)
        return g_steal_pointer(&captured);
    return adapt(plan, captured, error);
}

static void
tell_changes(FirnRestorePlan *plan, GStrv changes, const char *else_text)
{
    for (GStrv sentence = changes; *sentence != NULL; sentence++)
        firn_restore_plan_tell(plan, "the configuration changes back: %s", *sentence);
    if (*changes == NULL)
        firn_restore_plan_tell(plan, "%s", else_text);
}

static gboolean
judge_domain(FirnRestorePlan *plan, GError **error)
{
    g_autofree char *captured = NULL;
    g_auto(GStrv) changes = NULL;

    plan->current = dup_now(plan->params->vm, error);
    if (plan->current != NULL)
        captured = firn_restore_definition_capture(plan, get_then(plan->target), error);
    if (captured == NULL)
        return FALSE;
    if (firn_domain_definition_is_same(captured, plan->current))
        return TRUE;
    changes = firn_domain_drift_compare(plan->current, captured, error);
    if (changes == NULL)
        return FALSE;
    tell_changes(plan,
                 changes,
                 "the configuration changes back, in settings that the guest does not see");
    plan->definition = g_steal_pointer(&captured);
    return TRUE;
}

/* RAM has a command line of its own, to which its check refers. */
static void
judge_launch(FirnRestorePlan *plan)
{
    const char *then = plan->target->launch;
    const char *now = firn_power_get_machine(plan->params->vm);
    g_auto(GStrv) changes = NULL;

    plan->present->launch = firn_power_dup_running(plan->params->vm);
    if (then == NULL || now == NULL || firn_restore_plan_takes_memory(plan))
        return;
    changes = firn_launch_drift_list(now, then);
    if (*changes == NULL)
        return;
    if (g_str_equal(plan->run_after, "off")) {
        firn_restore_plan_tell(plan,
                               "the VM is not started, and launch= of its machine file differs "
                               "from the command line of the snapshot");
        return;
    }
    tell_changes(plan, changes, "");
    plan->machine = g_strdup(then);
}

void
firn_restore_definition_judge(FirnRestorePlan *plan)
{
    g_autoptr(GError) error = NULL;

    if (!firn_restore_definition_is_captured(plan))
        return;
    if (!firn_power_can_define(plan->params->vm))
        judge_launch(plan);
    else if (!judge_domain(plan, &error))
        firn_blockers_add_error(plan->blockers, "DefinitionUnknown", "machine", KEEP_IT, error);
}

/* Another program may have changed the definition since it was planned. */
gboolean
firn_restore_definition_keep(FirnRestorePlan *plan, GError **error)
{
    FirnVm *vm = plan->params->vm;
    char *captured;

    if (!firn_restore_definition_is_captured(plan) || !firn_power_can_define(vm))
        return TRUE;
    if (!firn_snapshot_registry_describe(vm, plan->present, error))
        return FALSE;
    captured = firn_restore_definition_capture(plan, get_then(plan->target), error);
    if (captured == NULL)
        return FALSE;
    g_free(plan->definition);
    plan->definition = captured;
    if (firn_domain_definition_is_same(captured, plan->present->definition))
        g_clear_pointer(&plan->definition, g_free);
    return TRUE;
}

gboolean
firn_restore_definition_write(FirnRestorePlan *plan, FirnIntentGuard *intent, GError **error)
{
    FirnVm *vm = plan->params->vm;

    if (plan->definition == NULL)
        return TRUE;
    if (!firn_intent_guard_keep_definition(intent, plan->present->definition, error))
        return FALSE;
    plan->is_redefined = TRUE;
    return firn_power_define(FIRN_POWER(vm), plan->definition, error);
}
