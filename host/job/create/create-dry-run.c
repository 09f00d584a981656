/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-dry-run.h"

#include "check.h"
#include "create-enums.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "plan-variant.h"
#include "verdict.h"

static const char *
expect_verdict(FirnCheck *check)
{
    FirnVerdict verdict =
        check->guest->agent != NULL ? FIRN_VERDICT_FILESYSTEM : FIRN_VERDICT_CRASH;

    if (firn_vm_is_off(check->params->vm))
        verdict = firn_verdict_judge(check->snapshot->evidence, 0, NULL);
    else if (check->snapshot->memory != NULL)
        verdict = FIRN_VERDICT_MEMORY;
    return firn_enum_to_nick(FIRN_TYPE_VERDICT, verdict);
}

static GVariant *
describe_file_systems(const FirnEvidence *evidence)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sss)"));
    for (guint i = 0; i < evidence->file_systems->len; i++) {
        const FirnFileSystem *mounted = evidence->file_systems->pdata[i];

        g_variant_builder_add(&builder,
                              "(sss)",
                              mounted->mountpoint,
                              mounted->type,
                              mounted->device);
    }
    return g_variant_builder_end(&builder);
}

static void
describe_nvram(GVariantDict *plan, const FirnNvramCapture *nvram)
{
    const char *path = nvram == NULL ? NULL : nvram->path;
    const char *blocker = nvram == NULL ? NULL : nvram->blocker;

    g_variant_dict_insert(plan, "nvram", "s", path == NULL ? "" : path);
    g_variant_dict_insert(plan, "nvram-left-out", "s", blocker == NULL ? "" : blocker);
}

static void
describe_memory(GVariantDict *dict, const FirnMemoryPlan *plan)
{
    if (plan == NULL)
        return;
    g_variant_dict_insert(dict, "memory", "s", firn_enum_to_nick(FIRN_TYPE_MEMORY_WAY, plan->way));
    if (plan->why_not_live != NULL)
        g_variant_dict_insert(dict, "memory-note", "s", plan->why_not_live);
    g_variant_dict_insert(dict, "memory-pause", "t", firn_memory_plan_get_pause(plan));
    g_variant_dict_insert(dict, "memory-size", "t", plan->ram_bytes);
    if (plan->place != NULL)
        g_variant_dict_insert(dict, "memory-place", "s", plan->place);
    if (plan->has_free)
        g_variant_dict_insert(dict, "memory-room", "t", plan->free_bytes);
}

static GVariant *
describe_plan(FirnCheck *check)
{
    const FirnEvidence *evidence = check->snapshot->evidence;
    GVariantDict plan;

    g_variant_dict_init(&plan, NULL);
    g_variant_dict_insert(&plan, "name", "s", check->snapshot->name);
    g_variant_dict_insert(&plan, "state", "s", evidence->run_state);
    g_variant_dict_insert_value(&plan, "disks", firn_plan_variant_of_disks(check->disks));
    g_variant_dict_insert_value(
        &plan,
        "excluded",
        g_variant_new_strv((const char *const *)check->snapshot->excluded->pdata,
                           check->snapshot->excluded->len));
    describe_nvram(&plan, check->nvram);
    describe_memory(&plan, check->memory_plan);
    g_variant_dict_insert(&plan,
                          "quiesce",
                          "s",
                          firn_enum_to_nick(FIRN_TYPE_QUIESCE, evidence->quiesce));
    g_variant_dict_insert(&plan,
                          "agent",
                          "s",
                          evidence->agent_version == NULL ? "" : evidence->agent_version);
    g_variant_dict_insert_value(&plan, "file-systems", describe_file_systems(evidence));
    g_variant_dict_insert_value(
        &plan,
        "indications",
        g_variant_new_strv((const char *const *)evidence->indications->pdata,
                           evidence->indications->len));
    g_variant_dict_insert_value(&plan,
                                "not-frozen",
                                g_variant_new_strv((const char *const *)evidence->not_frozen->pdata,
                                                   evidence->not_frozen->len));
    g_variant_dict_insert_value(&plan, "blockers", firn_plan_variant_of_blockers(check->blockers));
    g_variant_dict_insert(&plan, "expected-verdict", "s", expect_verdict(check));
    return g_variant_ref_sink(g_variant_dict_end(&plan));
}

GVariant *
firn_create_dry_run_make(const FirnCreateParams *params, GCancellable *cancellable)
{
    g_autoptr(FirnCheck) check = firn_check_run(params, cancellable);

    return describe_plan(check);
}

static void
run_plan(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_task_return_pointer(task,
                          firn_create_dry_run_make(data, cancellable),
                          (GDestroyNotify)g_variant_unref);
}

void
firn_create_dry_run_async(FirnCreateParams *params,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);

    params->leave_guest_alone = firn_vm_get_job(params->vm) != 0;
    g_task_set_task_data(task, params, (GDestroyNotify)firn_create_params_free);
    g_task_run_in_thread(task, run_plan);
}

GVariant *
firn_create_dry_run_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
