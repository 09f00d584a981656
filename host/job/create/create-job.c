/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read first: create(), near the end. Its stages in order: check_vm(), begin_intent(),
 * freeze_guest(), cut_disks() or firn_memory_cut_run(), thaw_guest(), judge_snapshot(),
 * record_snapshot(), tell_source(). What fails from freeze_guest() on is rolled back. */
#include "create-job.h"

#include "blocker-error.h"
#include "check.h"
#include "current-snapshot.h"
#include "cut.h"
#include "delete-snapshot.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "freeze-attempts.h"
#include "guest-release.h"
#include "hooked-job.h"
#include "host-error.h"
#include "host-hooks.h"
#include "intent-guard.h"
#include "memory-cut.h"
#include "record.h"
#include "snapshot-name.h"
#include "snapshot-registry.h"
#include "trim.h"
#include "verdict.h"

FirnCreateParams *
firn_create_params_new(FirnVm *vm, FirnBackend *backend)
{
    FirnCreateParams *self = g_new0(FirnCreateParams, 1);

    self->vm = g_object_ref(vm);
    self->backend = g_object_ref(backend);
    self->comment = g_strdup("");
    firn_freeze_limits_init(&self->limits);
    self->is_to_register = TRUE;
    return self;
}

void
firn_create_params_free(FirnCreateParams *self)
{
    if (self == NULL)
        return;
    g_object_unref(self->vm);
    g_object_unref(self->backend);
    g_free(self->name);
    g_free(self->comment);
    g_strfreev(self->exclude);
    g_free(self);
}

/* From here on the job cannot be cancelled. */
static gboolean
cut_disks(FirnJob *job,
          FirnCheck *check,
          gboolean is_frozen,
          gboolean *out_is_begun,
          GError **error)
{
    gboolean is_to_pause = check->params->pauses && !is_frozen &&
                           firn_vm_get_state(check->params->vm) == FIRN_VM_STATE_RUNNING;

    if (!firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "cut", 0.5);
    return is_to_pause ? firn_cut_take_paused(check, out_is_begun, error)
                       : firn_cut_take(check, out_is_begun, error);
}

/* %NULL: there is no agent. If RAM is saved, check.c has not looked for one. */
static FirnFreeze *
freeze_guest(FirnJob *job, FirnCheck *check)
{
    if (check->guest->agent == NULL)
        return NULL;
    firn_job_enter(job, "freeze", 0.2);
    return firn_freeze_attempts_begin(check->guest, firn_job_get_cancellable(job));
}

/* A failed job keeps the phase in which it failed. */
static void
thaw_guest(FirnJob *job, FirnFreeze **freeze, gboolean has_failed)
{
    if (*freeze != NULL && !has_failed)
        firn_job_enter(job, "thaw", 0.7);
    g_clear_pointer(freeze, firn_freeze_end);
}

/* --quiesce=try accepts a failed freeze: the guest is thawed, and its disks are cut as they are. */
static gboolean
accept_freeze(FirnJob *job, FirnCheck *check, FirnFreeze **freeze, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (*freeze == NULL || firn_freeze_is_whole(*freeze, &failure))
        return TRUE;
    thaw_guest(job, freeze, FALSE);
    if (check->params->limits.quiesce == FIRN_QUIESCE_TRY &&
        !g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
judge_snapshot(FirnCheck *check, GError **error)
{
    FirnSnapshot *snapshot = check->snapshot;
    g_autoptr(GError) reason = NULL;

    if (snapshot->memory != NULL) {
        snapshot->verdict = firn_verdict_judge_memory(snapshot->evidence);
        return TRUE;
    }
    snapshot->verdict = firn_verdict_judge(snapshot->evidence,
                                           firn_guest_check_get_frozen_max_ms(check->guest),
                                           &reason);
    firn_cut_judge_instants(check);
    if (snapshot->verdict != FIRN_VERDICT_CRASH ||
        check->params->limits.quiesce != FIRN_QUIESCE_REQUIRE || firn_check_accepts_unclean(check))
        return TRUE;
    if (reason == NULL)
        reason = g_error_new(FIRN_HOST_ERROR,
                             FIRN_HOST_ERROR_FREEZE_FAILED,
                             "the guest could not be frozen consistently");
    g_propagate_error(error, g_steal_pointer(&reason));
    return FALSE;
}

/* Saving RAM takes long, so a job with RAM can be cancelled until here. For a job without RAM this
 * second commit does nothing: cut_disks() has committed it. */
static gboolean
record_snapshot(FirnJob *job, FirnCheck *check, GError **error)
{
    if (!firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "record", 0.9);
    return firn_record_snapshot(check, error);
}

/* Removes the snapshot from all disks, once the guest runs. What cannot be done now, because
 * libvirtd is restarting for example, is left in the journal for recovery. */
static void
roll_back(FirnCheck *check, FirnIntentGuard *intent, gboolean is_begun, GError **error)
{
    const FirnCreateParams *params = check->params;
    const FirnSnapshot *snapshot = check->snapshot;
    g_autoptr(GError) failure = NULL;

    firn_cut_dismiss(check);
    if (!firn_guest_release_saved(params->vm, snapshot, &failure))
        firn_host_error_append(error, "the guest may still be paused: %s", failure->message);
    else if (is_begun &&
             !firn_delete_snapshot_run(params->vm, params->backend, snapshot, NULL, &failure))
        firn_host_error_append(error,
                               "snapshot \"%s\" may still be on its disks: %s",
                               snapshot->tag,
                               failure->message);
    if (failure == NULL)
        firn_intent_guard_end(intent);
    else
        firn_intent_guard_leave(intent, failure);
}

static void
report_memory(FirnJob *job, const FirnMemoryRecord *memory)
{
    firn_job_set_result(
        job,
        "memory",
        g_variant_new_string(firn_enum_to_nick(FIRN_TYPE_MEMORY_KIND, memory->kind)));
    firn_job_set_result(job, "stopped-for", g_variant_new_uint64((guint64)memory->stopped_us));
    firn_job_set_result(job, "memory-took", g_variant_new_uint64((guint64)memory->total_us));
    firn_job_set_result(job, "memory-size", g_variant_new_uint64(memory->size_bytes));
}

static void
report_snapshot(FirnJob *job, const FirnSnapshot *snapshot)
{
    const FirnEvidence *evidence = snapshot->evidence;
    gint64 frozen_for_us =
        evidence->thawed_us == 0 ? 0 : evidence->thawed_us - evidence->freeze_sent_us;

    firn_job_set_result(job, "snapshot", g_variant_new_string(snapshot->uuid));
    firn_job_set_result(job, "name", g_variant_new_string(snapshot->name));
    firn_job_set_result(
        job,
        "verdict",
        g_variant_new_string(firn_enum_to_nick(FIRN_TYPE_VERDICT, snapshot->verdict)));
    firn_job_set_result(job,
                        "indications",
                        g_variant_new_strv((const char *const *)evidence->indications->pdata,
                                           evidence->indications->len));
    firn_job_set_result(job, "frozen-for", g_variant_new_uint64(frozen_for_us));
    if (snapshot->memory != NULL)
        report_memory(job, snapshot->memory);
}

static void
register_snapshot(FirnVm *vm, const FirnSnapshot *snapshot, GStrvBuilder *warnings)
{
    g_autoptr(GError) error = NULL;

    if (!firn_snapshot_registry_add(vm, snapshot, &error)) {
        g_autofree char *warning = g_strdup_printf("snapshot %s is not registered with %s: %s; fix "
                                                   "this, then run: firn verify %s --repair",
                                                   snapshot->name,
                                                   firn_vm_get_source(vm),
                                                   error->message,
                                                   firn_vm_get_name(vm));

        g_strv_builder_add(warnings, warning);
    }
}

static void
warn_of_trim(const FirnCheck *check, GStrvBuilder *warnings)
{
    if (check->trim_complaint != NULL)
        g_strv_builder_add(warnings, check->trim_complaint);
}

static void
warn_of_nvram(const FirnNvramCapture *nvram, GStrvBuilder *warnings)
{
    g_autofree char *warning = NULL;

    if (nvram == NULL || nvram->blocker == NULL)
        return;
    warning = g_strdup_printf("UEFI variables are not included: %s", nvram->blocker);
    g_strv_builder_add(warnings, warning);
}

/* A failure here does not invalidate the snapshot. */
static void
tell_source(FirnJob *job, FirnCheck *check)
{
    FirnVm *vm = check->params->vm;
    g_autoptr(GStrvBuilder) warnings = g_strv_builder_new();
    g_auto(GStrv) words = NULL;

    register_snapshot(vm, check->snapshot, warnings);
    warn_of_nvram(check->nvram, warnings);
    warn_of_trim(check, warnings);
    words = g_strv_builder_end(warnings);
    firn_job_set_result(job, "warnings", g_variant_new_strv((const char *const *)words, -1));
    firn_snapshot_registry_mark(vm);
}

/* The evidence is the only explanation of a failure that no user watched. */
static gboolean
fail_with_evidence(FirnJob *job, const FirnCheck *check)
{
    firn_job_set_evidence(job, check->snapshot->evidence);
    return FALSE;
}

static FirnCheck *
check_vm(FirnJob *job, const FirnCreateParams *params)
{
    firn_job_set_deadline(job, params->limits.deadline_ms);
    firn_current_snapshot_sync(params->vm);
    return firn_check_run(params, firn_job_get_cancellable(job));
}

/* A cancelled check is incomplete, so its blockers say nothing. The journal entry is written before
 * the freeze, so that flushing it does not lengthen the freeze window. */
static FirnIntentGuard *
begin_intent(FirnJob *job, FirnCheck *check, GError **error)
{
    if (g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) ||
        !firn_blocker_error_check(check->blockers, error) || !firn_trim_run(check, job, error) ||
        !firn_cut_prepare(check, error) || !firn_nvram_capture_before(check->nvram, error))
        return NULL;
    firn_record_plan(check);
    return firn_intent_guard_begin(check->params->vm,
                                   FIRN_INTENT_KIND_CREATE,
                                   check->snapshot,
                                   error);
}

static gboolean
create(FirnJob *job, gpointer data, GError **error)
{
    g_autoptr(FirnCheck) check = check_vm(job, data);
    g_autoptr(FirnIntentGuard) intent = begin_intent(job, check, error);
    g_autoptr(FirnFreeze) freeze = NULL; /* every return thaws */
    gboolean is_begun = FALSE;
    gboolean ok;

    if (intent == NULL)
        return fail_with_evidence(job, check);

    freeze = freeze_guest(job, check);
    ok =
        accept_freeze(job, check, &freeze, error) &&
        (check->snapshot->memory != NULL ? firn_memory_cut_run(check, job, &is_begun, error)
                                         : cut_disks(job, check, freeze != NULL, &is_begun, error));
    thaw_guest(job, &freeze, !ok);

    ok = ok && judge_snapshot(check, error) && firn_cut_verify(check, error) &&
         firn_nvram_capture_keep(check->nvram, check->snapshot, error) &&
         record_snapshot(job, check, error);
    if (!ok) {
        roll_back(check, intent, is_begun, error);
        return fail_with_evidence(job, check);
    }
    tell_source(job, check);
    firn_intent_guard_end(intent);
    report_snapshot(job, check->snapshot);
    return TRUE;
}

static gboolean
run_with_hooks(FirnJob *job, gpointer data, GError **error)
{
    const FirnCreateParams *params = data;
    g_autoptr(GPtrArray) reports = firn_host_hooks_new_reports();
    g_autoptr(GVariant) result = NULL;
    const char *uuid;

    if (!firn_hooked_job_run(job, params->name, create, data, reports, error))
        return FALSE;
    result = firn_job_dup_result(job);
    if (g_variant_lookup(result, "snapshot", "&s", &uuid))
        firn_record_host_hooks(params->vm, uuid, reports);
    return TRUE;
}

FirnJob *
firn_create_job_start(FirnJobs *jobs, FirnCreateParams *params, guint started_by, GError **error)
{
    FirnJobRequest request = {
        .vm = params->vm,
        .operation = "create",
        .run = run_with_hooks,
        .works_on_disks = TRUE,
        .params = params,
        .free_params = (GDestroyNotify)firn_create_params_free,
        .started_by = started_by,
    };

    if ((params->name != NULL && !firn_snapshot_name_check(params->name, error)) ||
        !firn_comment_check(params->comment, error)) {
        firn_create_params_free(params);
        return NULL;
    }
    return firn_jobs_start(jobs, &request, error);
}
