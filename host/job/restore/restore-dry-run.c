/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-dry-run.h"

#include "engine-enums.h"
#include "enum-nick.h"
#include "plan-variant.h"

static void
describe_target(GVariantDict *dict, const FirnSnapshot *target)
{
    const char *verdict =
        target == NULL ? "" : firn_enum_to_nick(FIRN_TYPE_VERDICT, target->verdict);

    g_variant_dict_insert(dict, "name", "s", target == NULL ? "" : target->name);
    g_variant_dict_insert(dict, "verdict", "s", verdict);
    g_variant_dict_insert(dict, "created", "t", target == NULL ? 0 : target->created_us);
}

static GVariant *
describe(FirnRestorePlan *plan)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    describe_target(&dict, plan->target);
    g_variant_dict_insert(&dict, "state", "s", plan->run_before);
    g_variant_dict_insert(&dict, "state-after", "s", plan->run_after);
    g_variant_dict_insert_value(&dict, "disks", firn_plan_variant_of_disks(plan->disks));
    g_variant_dict_insert_value(
        &dict,
        "resources",
        firn_plan_resources_to_variant(plan->resources, FIRN_PLAN_STATE_PLANNED));
    g_variant_dict_insert_value(
        &dict,
        "changes",
        g_variant_new_strv((const char *const *)plan->changes->pdata, plan->changes->len));
    g_variant_dict_insert_value(&dict, "missing", firn_plan_variant_of_blockers(plan->missing));
    g_variant_dict_insert_value(&dict, "blockers", firn_plan_variant_of_blockers(plan->blockers));
    return g_variant_ref_sink(g_variant_dict_end(&dict));
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_autoptr(FirnRestorePlan) plan = firn_restore_plan_make(data, cancellable);

    g_task_return_pointer(task, describe(plan), (GDestroyNotify)g_variant_unref);
}

void
firn_restore_dry_run_async(FirnRestoreParams *params,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);

    g_task_set_task_data(task, params, (GDestroyNotify)firn_restore_params_free);
    g_task_run_in_thread(task, run);
}

GVariant *
firn_restore_dry_run_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
