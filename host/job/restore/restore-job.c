/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read first: restore(), near the end. Its stages in order: plan_restore(), begin_intent(), stop(),
 * keep(), revert(), define(), start(), record(), tell_source(), resume_guest(), delete_old(),
 * report(); if one fails before it is recorded, roll_back(). */
#include "restore-job.h"

#include "blocker-error.h"
#include "crash-point.h"
#include "current-snapshot.h"
#include "forget-job.h"
#include "guest-resume.h"
#include "hooked-job.h"
#include "host-error.h"
#include "intent-guard.h"
#include "internal-snapshot.h"
#include "last-run.h"
#include "nvram-restore.h"
#include "off-check.h"
#include "plan-variant.h"
#include "power.h"
#include "restore-definition.h"
#include "restore-rollback.h"
#include "restore-start-check.h"
#include "retry.h"
#include "snapshot-registry.h"
#include "vm-wait.h"

static FirnCut
describe_cut(FirnRestorePlan *plan, const char *tag)
{
    return (FirnCut){NULL, plan->disks, tag, FIRN_CHANNEL_NO_DEADLINE_MS};
}

static gboolean
stop(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    gboolean is_clean;

    if (g_str_equal(plan->run_before, "off"))
        return TRUE;
    firn_job_enter(job, "stop", 0.1);
    FIRN_CRASH_POINT("restore: before the stop");
    if (!firn_power_off(FIRN_POWER(plan->params->vm), plan->params->grace_ms, &is_clean, error))
        return FALSE;
    if (is_clean && firn_last_run_judge(plan->params->vm) == FIRN_RUN_END_SHUT_DOWN)
        plan->present->verdict = FIRN_VERDICT_OFFLINE;
    else
        firn_restore_plan_tell(plan,
                               "the guest did not shut down in time and was powered off: the undo "
                               "point is like the disks after a power failure");
    FIRN_CRASH_POINT("restore: after the stop");
    return TRUE;
}

static gboolean
keep(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    FirnCut cut = describe_cut(plan, plan->present->tag);
    FirnEvidence *evidence = plan->present->evidence;

    firn_job_enter(job, "keep", 0.3);
    plan->present->created_us = evidence->cut_begin_us = g_get_real_time();
    g_free(evidence->run_state);
    evidence->run_state = g_strdup("off");
    if (!firn_retry_step(firn_backend_take, plan->params->backend, &cut, error) ||
        !firn_backend_verify(plan->params->backend, &cut, error) ||
        !firn_nvram_restore_keep(plan, error) || !firn_restore_definition_keep(plan, error))
        return FALSE;
    evidence->cut_end_us = g_get_real_time();
    return TRUE;
}

static gboolean
revert(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    FirnCut cut = describe_cut(plan, plan->target->tag);
    FirnVm *vm = plan->params->vm;
    FirnRunEnd end = firn_off_check_judge_revert(vm, plan->target, plan->is_partial);

    cut.drops_bitmaps = plan->params->drops_bitmaps;
    firn_job_enter(job, "revert", 0.5);
    /* Some disks may have been reverted, and others not. */
    firn_last_run_note_revert(vm, FIRN_RUN_END_UNKNOWN);
    if (!firn_backend_revert(plan->params->backend, &cut, error) ||
        !firn_nvram_restore_write(plan, error))
        return FALSE;
    firn_last_run_note_revert(vm, end);
    return TRUE;
}

static gboolean
define(FirnJob *job, FirnRestorePlan *plan, FirnIntentGuard *intent, GError **error)
{
    if (plan->definition == NULL)
        return TRUE;
    firn_job_enter(job, "define", 0.6);
    if (!firn_restore_definition_write(plan, intent, error))
        return FALSE;
    firn_snapshot_registry_mark(plan->params->vm);
    return TRUE;
}

/* RAM in one of the images: the new QEMU loads it before its guest runs. */
static gboolean
load_vm_state(FirnRestorePlan *plan, GError **error)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(plan->params->vm);
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(plan->params->vm, NULL, error);
    g_autofree const char **nodes = g_new0(const char *, plan->disks->len + 1);
    const char *memory_node = NULL;

    if (disks == NULL)
        return FALSE;
    for (guint i = 0; i < plan->disks->len; i++) {
        const FirnDisk *disk = plan->disks->pdata[i];
        const FirnDisk *now = firn_disks_find_path(disks, disk->path);

        if (now == NULL || now->node_name == NULL || monitor == NULL)
            return firn_host_error_set(
                error,
                FIRN_HOST_ERROR_FAILED,
                "its QEMU does not have the disks that the saved RAM belongs to");
        nodes[i] = now->node_name;
        if (disk == plan->memory_disk)
            memory_node = now->node_name;
    }
    return firn_internal_snapshot_load(monitor, nodes, memory_node, plan->target->tag, error);
}

/* The guest stays paused, so that the restore can still be rolled back. */
static gboolean
start(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    FirnPowerOn how = firn_restore_start_describe(plan);

    if (g_str_equal(plan->run_after, "off"))
        return TRUE;
    firn_job_enter(job, "start", 0.7);
    FIRN_CRASH_POINT("restore: before the start");
    if (!firn_power_on(FIRN_POWER(plan->params->vm), &how, error))
        return FALSE;
    FIRN_CRASH_POINT("restore: after the start");
    if (!firn_restore_start_verify(plan, error))
        return FALSE;
    return plan->memory_disk == NULL || load_vm_state(plan, error);
}

/* Also true for an undo, if only some disks had been reverted. */
static gboolean
is_partial(FirnRestorePlan *plan, FirnCatalogue *catalogue)
{
    g_autoptr(FirnSnapshot) restored =
        plan->undone == NULL ? NULL
                             : firn_catalogue_lookup(catalogue, plan->undone->restored, NULL);

    return plan->params->disks != NULL ||
           (restored != NULL && restored->disks->len > plan->target->disks->len);
}

/* Restoring a single disk does not change the VM's current snapshot. */
static char *
find_new_current(FirnRestorePlan *plan)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(plan->params->vm);

    if (is_partial(plan, catalogue))
        return firn_catalogue_dup_current(catalogue);
    return g_strdup(plan->undone == NULL ? plan->target->uuid : plan->target->parent);
}

/* Once this is written, the VM counts as restored. */
static gboolean
record(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(plan->params->vm);
    g_autofree char *current = find_new_current(plan);
    g_autoptr(FirnCatalogueTransaction) change = NULL;
    g_autoptr(FirnUndoPoint) undo =
        firn_undo_point_new(plan->present, plan->target->uuid, plan->run_before);

    firn_job_enter(job, "record", 0.8);
    change = firn_catalogue_begin(catalogue, error);
    if (change == NULL)
        return FALSE;
    firn_catalogue_transaction_restore(change, current, undo);
    return firn_catalogue_commit(catalogue, change, error);
}

/* Constants in place of the strings that a journal entry owns. */
static FirnIntentRestore
describe_note(const FirnRestorePlan *plan)
{
    gboolean is_asked = g_str_equal(plan->run_before, "running");

    return (FirnIntentRestore){plan->target->uuid,
                               plan->target->name,
                               (char *)plan->run_before,
                               (char *)plan->run_after,
                               is_asked ? plan->params->grace_ms : 0,
                               plan->is_redefined ? plan->present->definition : NULL};
}

/* @expiry, the journal entry for deleting the earlier undo point, is ended: that one stays. */
static void
roll_back(FirnRestorePlan *plan, FirnIntentGuard *intent, FirnIntentGuard *expiry, GError **error)
{
    const FirnRestoreParams *params = plan->params;
    FirnIntentRestore note = describe_note(plan);
    g_autoptr(GError) failure = NULL;
    g_autofree char *command = NULL;

    /* The job itself has waited for that. */
    note.grace_ms = 0;
    if (firn_restore_rollback_run(params->vm,
                                  params->backend,
                                  plan->present,
                                  &note,
                                  &command,
                                  &failure)) {
        firn_intent_guard_end(intent);
        if (command == NULL)
            firn_event_rolled_back(firn_vm_event_about(params->vm, note.target_name), "failed");
        else
            firn_host_error_append(
                error,
                "the VM was started in the meantime; the previous contents of its disks can be "
                "restored with: %s",
                command);
    } else {
        firn_intent_guard_leave(intent, failure);
        firn_host_error_append(error, "rollback incomplete: %s", failure->message);
    }
    if (expiry != NULL)
        firn_intent_guard_end(expiry);
}

/* Other users of the source see the current snapshot there. The restore is complete without that,
 * too. */
static void
tell_source(FirnVm *vm, GStrvBuilder *warnings)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autoptr(FirnSnapshot) snapshot =
        current == NULL ? NULL : firn_catalogue_lookup(catalogue, current, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *warning = NULL;

    if (snapshot == NULL || firn_snapshot_registry_add(vm, snapshot, &error))
        return;
    warning = g_strdup_printf("cannot tell %s that the VM was restored: %s",
                              firn_vm_get_source(vm),
                              error->message);
    g_strv_builder_add(warnings, warning);
}

/* A guest that resumes from saved RAM does not know that time has passed. */
static void
settle_guest(FirnJob *job, FirnVm *vm)
{
    FirnGuestResumed resumed;

    firn_job_enter(job, "settle", 0.95);
    firn_guest_resume_finish(vm, &resumed);
    firn_job_set_result(job, "agent", g_variant_new_string(resumed.agent));
    firn_job_set_result(job, "frozen", g_variant_new_string(resumed.frozen));
    firn_job_set_result(job, "clock", g_variant_new_string(resumed.clock));
}

static gboolean
resume_guest(FirnJob *job, FirnRestorePlan *plan, FirnIntentGuard *intent, GError **error)
{
    FirnVm *vm = plan->params->vm;
    g_autoptr(GError) failure = NULL;

    if (!g_str_equal(plan->run_after, "running"))
        return TRUE;
    firn_job_enter(job, "resume", 0.9);
    if (!firn_power_resume(FIRN_POWER(vm), &failure)) {
        firn_intent_guard_leave(intent, failure);
        g_propagate_prefixed_error(error,
                                   g_steal_pointer(&failure),
                                   "the VM was restored, but its guest is still paused: ");
        return FALSE;
    }
    FIRN_CRASH_POINT("restore: the guest is resumed");
    if (firn_restore_plan_has_memory(plan))
        settle_guest(job, vm);
    return TRUE;
}

/* Removes the undo point of an earlier restore. */
static void
delete_old(FirnRestorePlan *plan,
           FirnUndoPoint *old,
           FirnIntentGuard *expiry,
           GStrvBuilder *warnings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *warning = NULL;

    if (old == NULL)
        return;
    if (firn_forget_snapshot(plan->params->vm, plan->params->backend, old->snapshot, &error)) {
        firn_intent_guard_end(expiry);
        return;
    }
    firn_intent_guard_leave(expiry, error);
    warning = g_strdup_printf("an earlier undo point is still on the disks: %s; fix this, then "
                              "run: firn verify %s --repair",
                              error->message,
                              firn_vm_get_name(plan->params->vm));
    g_strv_builder_add(warnings, warning);
}

static void
report(FirnJob *job, FirnRestorePlan *plan, GStrvBuilder *warnings)
{
    g_auto(GStrv) words = g_strv_builder_end(warnings);

    firn_job_set_result(job, "snapshot", g_variant_new_string(plan->target->uuid));
    firn_job_set_result(job, "name", g_variant_new_string(plan->target->name));
    firn_job_set_result(job, "state", g_variant_new_string(plan->run_after));
    firn_job_set_result(
        job,
        "changes",
        g_variant_new_strv((const char *const *)plan->changes->pdata, plan->changes->len));
    firn_job_set_result(job, "missing", firn_plan_variant_of_blockers(plan->missing));
    firn_job_set_result(job, "warnings", g_variant_new_strv((const char *const *)words, -1));
}

static gboolean
is_off_or_cancelled(FirnVm *vm, gpointer cancellable)
{
    return firn_vm_is_off(vm) || g_cancellable_is_cancelled(cancellable);
}

/* Afterwards the VM is as when the restore was requested, although it was shut down for it. */
static void
await_stop(FirnJob *job, FirnRestoreParams *params, FirnRestorePlan *plan)
{
    GCancellable *cancellable = firn_job_get_cancellable(job);

    if (params->run_after == NULL)
        params->run_after = g_strdup(plan->run_after);
    firn_job_enter(job, "wait", 0.05);
    firn_vm_wait(params->vm, is_off_or_cancelled, cancellable, params->wait_ms);
    /* One that was started again is not waited for again, nor shut down. */
    params->wait_ms = 0;
}

/* What makes the restore impossible is reported before the wait. */
static FirnRestorePlan *
plan_restore(FirnJob *job, FirnRestoreParams *params)
{
    g_autoptr(FirnRestorePlan) plan = NULL;

    firn_current_snapshot_sync(params->vm);
    plan = firn_restore_plan_make(params, firn_job_get_cancellable(job));
    if (plan->target == NULL || plan->blockers->len > 0 || !firn_restore_plan_waits(plan))
        return g_steal_pointer(&plan);
    await_stop(job, params, plan);
    return firn_restore_plan_make(params, firn_job_get_cancellable(job));
}

static FirnIntentGuard *
begin_intent(FirnJob *job, FirnRestorePlan *plan, GError **error)
{
    FirnIntentRestore note;

    if (g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) ||
        !firn_blocker_error_check(plan->blockers, error) || !firn_job_commit(job, error))
        return NULL;
    note = describe_note(plan);
    return firn_intent_guard_begin_restore(plan->params->vm, plan->present, &note, error);
}

static void
show_resources(FirnJob *job, const FirnRestorePlan *plan, FirnPlanState state)
{
    firn_job_set_result(job, "resources", firn_plan_resources_to_variant(plan->resources, state));
}

/* The earlier undo point is deleted at the end: until then the restore can be rolled back. */
static gboolean
restore(FirnJob *job, gpointer data, GError **error)
{
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(FirnRestorePlan) plan = plan_restore(job, data);
    g_autoptr(FirnIntentGuard) intent = begin_intent(job, plan, error);
    g_autoptr(FirnIntentGuard) expiry = NULL;
    g_autoptr(FirnUndoPoint) old = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));
    g_autoptr(GStrvBuilder) warnings = g_strv_builder_new();

    show_resources(job, plan, FIRN_PLAN_STATE_PLANNED);
    if (intent == NULL)
        return FALSE;
    if (old != NULL)
        expiry = firn_intent_guard_begin(vm, FIRN_INTENT_KIND_FORGET, old->snapshot, error);
    if ((old != NULL && expiry == NULL) || !stop(job, plan, error) || !keep(job, plan, error) ||
        !revert(job, plan, error) || !define(job, plan, intent, error) ||
        !start(job, plan, error) || !record(job, plan, error)) {
        show_resources(job, plan, FIRN_PLAN_STATE_FAILED);
        roll_back(plan, intent, expiry, error);
        return FALSE;
    }
    show_resources(job, plan, FIRN_PLAN_STATE_COMPLETED);
    /* Before another client can ask the source for the current snapshot. */
    tell_source(vm, warnings);
    firn_current_snapshot_note_divergence(vm);
    if (!resume_guest(job, plan, intent, error))
        return FALSE;
    firn_intent_guard_end(intent);
    delete_old(plan, old, expiry, warnings);
    report(job, plan, warnings);
    return TRUE;
}

static gboolean
run_with_hooks(FirnJob *job, gpointer data, GError **error)
{
    const FirnRestoreParams *params = data;
    g_autoptr(GPtrArray) reports = firn_host_hooks_new_reports();

    return firn_hooked_job_run(job, params->key, restore, data, reports, error);
}

FirnJob *
firn_restore_job_start(FirnJobs *jobs, FirnRestoreParams *params, guint started_by, GError **error)
{
    FirnJobRequest request = {
        .vm = params->vm,
        .operation = params->key == NULL ? "undo" : "restore",
        .run = run_with_hooks,
        .works_on_disks = TRUE,
        .params = params,
        .free_params = (GDestroyNotify)firn_restore_params_free,
        .started_by = started_by,
    };

    return firn_jobs_start(jobs, &request, error);
}
