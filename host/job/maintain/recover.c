/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover.h"

#include "current-snapshot.h"
#include "delete-snapshot.h"
#include "engine-error.h"
#include "forget-job.h"
#include "guest-release.h"
#include "guest-resume.h"
#include "intent-guard.h"
#include "interrupted-job.h"
#include "power.h"
#include "restore-rollback.h"
#include "snapshot-registry.h"

/* The outcome of an interrupted job that could be ended. */
typedef struct {
    gboolean is_undone;
    char *command; /* (owned) (nullable) see firn_restore_rollback_run() */
} Outcome;

/* Its record, or NULL if the catalogue has none; an error if that is unknown. */
static gboolean
look_up(FirnVm *vm, const FirnIntent *intent, FirnSnapshot **out_record, GError **error)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    const char *damage = firn_catalogue_get_damage(catalogue);

    if (damage != NULL) {
        g_set_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, "%s", damage);
        return FALSE;
    }
    *out_record = firn_catalogue_lookup(catalogue, intent->snapshot->uuid, NULL);
    return TRUE;
}

static gboolean
erase(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *snapshot, GError **error)
{
    return firn_delete_snapshot_check(vm, NULL, error) &&
           firn_delete_snapshot_run(vm, backend, snapshot, NULL, error);
}

/* A failure needs no decision now: firn verify reports it. */
static void
register_with_source(FirnVm *vm, const FirnSnapshot *record)
{
    g_autoptr(GError) error = NULL;

    if (!firn_snapshot_registry_add(vm, record, &error))
        g_message(
            "%s: snapshot %s is not registered: %s; fix this, then run: firn verify %s --repair",
            firn_vm_get_name(vm),
            record->name,
            error->message,
            firn_vm_get_name(vm));
}

/* The source may not have been told of the restore. */
static void
register_current(FirnVm *vm)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autoptr(FirnSnapshot) record =
        current == NULL ? NULL : firn_catalogue_lookup(catalogue, current, NULL);

    if (record != NULL)
        register_with_source(vm, record);
}

/* Removes the incomplete snapshot, unless it was complete. */
static gboolean
settle_create(FirnVm *vm,
              FirnBackend *backend,
              const FirnIntent *intent,
              Outcome *outcome,
              GError **error)
{
    g_autoptr(FirnSnapshot) record = NULL;

    if (!firn_guest_release_saved(vm, intent->snapshot, error) ||
        !look_up(vm, intent, &record, error))
        return FALSE;
    if (record != NULL) {
        register_with_source(vm, record);
        return TRUE;
    }
    if (!erase(vm, backend, intent->snapshot, error))
        return FALSE;
    firn_event_interrupted_settled(
        firn_vm_event_about(vm, intent->snapshot->name),
        "removed the incomplete snapshot, whose creation was interrupted");
    outcome->is_undone = TRUE;
    return TRUE;
}

/* The record is removed last: while it exists, a disk may still have the snapshot. */
static gboolean
settle_delete(FirnVm *vm,
              FirnBackend *backend,
              const FirnIntent *intent,
              Outcome *outcome,
              GError **error)
{
    g_autoptr(FirnSnapshot) record = NULL;

    if (!look_up(vm, intent, &record, error))
        return FALSE;
    if (record != NULL) {
        if (!erase(vm, backend, intent->snapshot, error) ||
            !firn_delete_snapshot_remove_record(vm, intent->snapshot->uuid, error))
            return FALSE;
        firn_event_interrupted_settled(
            firn_vm_event_about(vm, intent->snapshot->name),
            "deleted the rest of the snapshot, whose deletion was interrupted");
    }
    return TRUE;
}

/* A guest that resumes from saved RAM may have been frozen when it was saved, and its clock is
 * wrong. */
static void
finish_resume(FirnVm *vm, const FirnIntent *intent)
{
    g_autoptr(FirnSnapshot) target =
        firn_catalogue_lookup(firn_vm_get_catalogue(vm), intent->restore->target, NULL);
    FirnGuestResumed resumed;

    if (target != NULL && (target->memory != NULL || target->has_vm_state))
        firn_guest_resume_finish(vm, &resumed);
}

/* The guest was told to resume, perhaps without effect. */
static gboolean
resume_restored(FirnVm *vm, const FirnIntent *intent, GError **error)
{
    g_autofree char *text = NULL;

    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    if (!g_str_equal(intent->restore->run_after, "running"))
        return TRUE;
    if (firn_vm_is_off(vm)) {
        text = g_strdup_printf("restored to %s, but its QEMU ended before the guest was resumed; "
                               "start it, or restore it again",
                               intent->restore->target_name);
        firn_event_interrupted_left(firn_vm_event_about(vm, intent->restore->target_name), text);
    }
    if (FIRN_IS_POWER(vm) && firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED &&
        !firn_power_resume(FIRN_POWER(vm), error))
        return FALSE;
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING)
        finish_resume(vm, intent);
    return TRUE;
}

/* When the guest was asked to shut down is unknown. As long as it may still be shutting down, it
 * gets the whole grace time again. */
static guint
get_grace_left_ms(const FirnIntent *intent)
{
    gint64 grace_us = intent->restore->grace_ms * G_TIME_SPAN_MILLISECOND;
    gint64 left_us = intent->begun_us + 2 * grace_us - g_get_real_time();

    return (guint)(CLAMP(left_us, 0, grace_us) / G_TIME_SPAN_MILLISECOND);
}

static void
tell_rollback(FirnVm *vm, const FirnIntent *intent, const Outcome *outcome)
{
    const FirnEventSubject about = firn_vm_event_about(vm, intent->restore->target_name);
    g_autofree char *text = NULL;

    if (outcome->command == NULL) {
        firn_event_rolled_back(about, "was interrupted");
        return;
    }
    text = g_strdup_printf("the restore to %s was interrupted, and the VM was started in the "
                           "meantime; the previous contents of its disks can be restored with: %s",
                           intent->restore->target_name,
                           outcome->command);
    firn_event_interrupted_left(about, text);
}

/* If the catalogue has no record of the restore, it is rolled back. */
static gboolean
settle_restore(FirnVm *vm,
               FirnBackend *backend,
               const FirnIntent *intent,
               Outcome *outcome,
               GError **error)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));
    g_autoptr(FirnSnapshot) kept = NULL;
    FirnIntentRestore restore = *intent->restore;

    if (!look_up(vm, intent, &kept, error))
        return FALSE;
    if (kept != NULL) {
        outcome->is_undone = TRUE;
        outcome->command = g_strdup_printf("firn restore %s %s", firn_vm_get_name(vm), kept->name);
        return TRUE;
    }
    if (undo != NULL && g_str_equal(undo->snapshot->uuid, intent->snapshot->uuid)) {
        register_current(vm);
        firn_current_snapshot_note_divergence(vm);
        return resume_restored(vm, intent, error);
    }
    restore.grace_ms = get_grace_left_ms(intent);
    if (!firn_restore_rollback_run(vm,
                                   backend,
                                   intent->snapshot,
                                   &restore,
                                   &outcome->command,
                                   error))
        return FALSE;
    tell_rollback(vm, intent, outcome);
    outcome->is_undone = TRUE;
    return TRUE;
}

static gboolean
settle_forget(FirnVm *vm,
              FirnBackend *backend,
              const FirnIntent *intent,
              Outcome *outcome,
              GError **error)
{
    return firn_forget_snapshot(vm, backend, intent->snapshot, error);
}

typedef gboolean (*SettleFunc)(FirnVm *vm,
                               FirnBackend *backend,
                               const FirnIntent *intent,
                               Outcome *outcome,
                               GError **error);

static const SettleFunc settlers[] = {
    [FIRN_INTENT_KIND_CREATE] = settle_create,
    [FIRN_INTENT_KIND_DELETE] = settle_delete,
    [FIRN_INTENT_KIND_RESTORE] = settle_restore,
    [FIRN_INTENT_KIND_FORGET] = settle_forget,
};
G_STATIC_ASSERT(G_N_ELEMENTS(settlers) == FIRN_INTENT_KIND_FORGET + 1);

/* An entry that was tried before has been reported: by its own job, or at the first attempt. */
static void
tell(FirnJob *job, const FirnIntent *intent, const char *command, const GError *reason)
{
    FirnFailedJob *interrupted = job == NULL || intent->why != NULL
                                     ? NULL
                                     : firn_interrupted_job_new(intent, command, reason);

    if (interrupted != NULL)
        firn_job_keep_interrupted(job, interrupted);
}

static void
count(FirnRecovery *recovery, gboolean is_settled, gboolean is_undone)
{
    if (!is_settled)
        recovery->undecided++;
    else if (is_undone)
        recovery->rolled_back++;
    else
        recovery->completed++;
}

static gboolean
settle(FirnVm *vm,
       FirnBackend *backend,
       FirnJob *job,
       const FirnIntent *intent,
       FirnRecovery *recovery,
       GError **error)
{
    g_autoptr(FirnIntentGuard) intention = firn_intent_guard_resume(vm, intent);
    g_autoptr(GError) reason = NULL;
    Outcome outcome = {0};
    gboolean is_settled = settlers[intent->kind](vm, backend, intent, &outcome, &reason);

    count(recovery, is_settled, outcome.is_undone);
    /* Before the journal entry ends: if firnd is killed in between, the next one reports the job
     * again, and the duplicate is ignored. */
    if (!is_settled || outcome.is_undone)
        tell(job, intent, outcome.command, reason);
    g_free(outcome.command);
    if (is_settled) {
        firn_snapshot_registry_mark(vm);
        firn_intent_guard_end(intention);
        return TRUE;
    }
    firn_intent_guard_leave(intention, reason);
    g_propagate_prefixed_error(error,
                               g_steal_pointer(&reason),
                               "%s: ",
                               firn_intent_get_subject(intent));
    return FALSE;
}

gboolean
firn_recover_intents(FirnVm *vm,
                     FirnBackend *backend,
                     FirnJob *job,
                     FirnRecovery *out_recovery,
                     GError **error)
{
    FirnJournal *journal = firn_vm_get_journal(vm);
    g_autoptr(GPtrArray) intents = NULL;

    *out_recovery = (FirnRecovery){0};
    if (journal == NULL)
        return TRUE;
    intents = firn_journal_list(journal, firn_vm_get_uuid(vm));
    for (guint i = 0; i < intents->len; i++)
        settle(vm,
               backend,
               job,
               intents->pdata[i],
               out_recovery,
               out_recovery->undecided == 0 ? error : NULL);
    return out_recovery->undecided == 0;
}
