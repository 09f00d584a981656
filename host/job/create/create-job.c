/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-job.h"

#include "check.h"
#include "current-snapshot.h"
#include "cut.h"
#include "delete-snapshot.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "freeze.h"
#include "guest-release.h"
#include "host-error.h"
#include "intent-guard.h"
#include "memory-cut.h"
#include "record.h"
#include "snapshot-name.h"
#include "verdict.h"
#include "vm-registry.h"

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

static gboolean
cut_as_it_is(FirnJob *job, FirnCheck *check, gboolean *out_is_cut, GError **error)
{
    if (!firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "cut", 0.5);
    return firn_cut_take(check, out_is_cut, error);
}

/* The freeze window. Every return from here thaws the guest. */
static gboolean
cut_frozen(FirnJob *job, FirnCheck *check, gboolean *out_is_cut, GError **error)
{
    g_autoptr(FirnFreeze) freeze = NULL;

    firn_job_enter(job, "freeze", 0.2);
    freeze = firn_freeze_begin(check->guest, firn_job_get_cancellable(job));
    if (!firn_freeze_is_whole(freeze, error)) {
        firn_job_enter(job, "thaw", 0.7);
        return FALSE;
    }
    if (!firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "cut", 0.5);
    if (!firn_cut_take(check, out_is_cut, error))
        return FALSE;
    firn_job_enter(job, "thaw", 0.7);
    return TRUE;
}

static gboolean
cut_with_memory(FirnJob *job, FirnCheck *check, gboolean *out_is_cut, GError **error)
{
    g_autoptr(FirnMemoryCut) memory =
        firn_memory_cut_new(check, firn_job_get_cancellable(job), error);

    if (memory != NULL && firn_memory_cut_get_note(memory) != NULL)
        firn_job_set_result(job,
                            "memory-note",
                            g_variant_new_string(firn_memory_cut_get_note(memory)));
    return memory != NULL && firn_memory_cut_take(memory, job, out_is_cut, error);
}

static gboolean
freeze_and_cut(FirnJob *job, FirnCheck *check, gboolean *out_is_cut, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (check->snapshot->memory != NULL)
        return cut_with_memory(job, check, out_is_cut, error);
    if (check->guest->agent != NULL) {
        if (cut_frozen(job, check, out_is_cut, &failure))
            return TRUE;
        /* --quiesce=try accepts only a failure of the freeze itself. */
        if (check->snapshot->evidence->freeze_error == NULL ||
            check->params->limits.quiesce != FIRN_QUIESCE_TRY ||
            g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
    }
    return cut_as_it_is(job, check, out_is_cut, error);
}

static gboolean
judge(FirnCheck *check, GError **error)
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

/* Removes the snapshot from all disks. What cannot be removed now is left in the journal for
 * recovery. */
static void
take_back(FirnCheck *check, FirnIntentGuard *intention, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (firn_delete_snapshot_run(check->params->vm,
                                 check->params->backend,
                                 check->snapshot,
                                 NULL,
                                 &failure)) {
        firn_intent_guard_end(intention);
        return;
    }
    firn_intent_guard_leave(intention, failure);
    g_prefix_error(error,
                   "(and snapshot \"%s\" may still be on its disks: %s) ",
                   check->snapshot->tag,
                   failure->message);
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
report(FirnJob *job, const FirnSnapshot *snapshot)
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

/* A failure here does not invalidate the snapshot. */
static void
register_with_source(FirnVm *vm, const FirnSnapshot *snapshot, GStrvBuilder *warnings)
{
    g_autoptr(GError) error = NULL;

    if (!firn_vm_registry_add(vm, snapshot, &error)) {
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
warn_of_nvram(const FirnNvramCapture *nvram, GStrvBuilder *warnings)
{
    g_autofree char *warning = NULL;

    if (nvram == NULL || nvram->blocker == NULL)
        return;
    warning = g_strdup_printf("UEFI variables are not included: %s", nvram->blocker);
    g_strv_builder_add(warnings, warning);
}

static void
finish(FirnJob *job, FirnCheck *check)
{
    g_autoptr(GStrvBuilder) warnings = g_strv_builder_new();
    g_auto(GStrv) words = NULL;

    register_with_source(check->params->vm, check->snapshot, warnings);
    warn_of_nvram(check->nvram, warnings);
    words = g_strv_builder_end(warnings);
    firn_job_set_result(job, "warnings", g_variant_new_strv((const char *const *)words, -1));
}

/* libvirtd may be restarting. If the guest cannot be resumed now, the journal entry stays: recovery
 * will resume the guest. */
static gboolean
see_to_guest(FirnCheck *check, FirnIntentGuard *intention, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (firn_guest_release_saved(check->params->vm, check->snapshot, &failure))
        return TRUE;
    firn_intent_guard_leave(intention, failure);
    g_prefix_error(error, "(and the guest may still be paused: %s) ", failure->message);
    return FALSE;
}

/* Without RAM the job has committed before the cut. Saving RAM takes long, so a job with RAM can be
 * cancelled until its record is written. */
static gboolean
may_record(FirnJob *job, const FirnCheck *check, GError **error)
{
    return check->snapshot->memory == NULL || firn_job_commit(job, error);
}

static gboolean
make(FirnJob *job, FirnCheck *check, FirnIntentGuard *intention, GError **error)
{
    gboolean is_cut = FALSE;

    if (freeze_and_cut(job, check, &is_cut, error) && judge(check, error) &&
        firn_cut_verify(check, error) &&
        firn_nvram_capture_keep(check->nvram, check->snapshot, error) &&
        may_record(job, check, error)) {
        firn_job_enter(job, "record", 0.9);
        if (firn_record_snapshot(check, error)) {
            finish(job, check);
            firn_vm_registry_mark(check->params->vm);
            firn_intent_guard_end(intention);
            return TRUE;
        }
    }
    if (!see_to_guest(check, intention, error))
        return FALSE;
    if (is_cut)
        take_back(check, intention, error);
    else
        firn_intent_guard_end(intention);
    return FALSE;
}

static gboolean
walk(FirnJob *job, FirnCheck *check, GError **error)
{
    g_autoptr(FirnIntentGuard) intention = NULL;

    /* A cancelled check is incomplete, so its blockers say nothing. */
    if (g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error) ||
        !firn_check_get_error(check, error) || !firn_cut_prepare(check, error) ||
        !firn_nvram_capture_before(check->nvram, error))
        return FALSE;
    firn_record_plan(check);
    /* Before the freeze, so that flushing the journal does not lengthen the freeze window. */
    intention =
        firn_intent_guard_begin(check->params->vm, FIRN_INTENT_KIND_CREATE, check->snapshot, error);
    return intention != NULL && make(job, check, intention, error);
}

static gboolean
create(FirnJob *job, gpointer data, GError **error)
{
    const FirnCreateParams *params = data;
    g_autoptr(FirnCheck) check = NULL;

    firn_job_set_deadline(job, params->limits.deadline_ms);
    firn_current_snapshot_sync(params->vm);
    check = firn_check_run(params, firn_job_get_cancellable(job));
    if (!walk(job, check, error)) {
        /* The evidence is the only explanation of a failure that no user watched. */
        firn_job_set_evidence(job, check->snapshot->evidence);
        return FALSE;
    }
    report(job, check->snapshot);
    return TRUE;
}

FirnJob *
firn_create_job_start(FirnJobs *jobs, FirnCreateParams *params, guint started_by, GError **error)
{
    FirnJobRequest request = {
        .vm = params->vm,
        .operation = "create",
        .run = create,
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
