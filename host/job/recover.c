/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover.h"

#include "current-mark.h"
#include "engine-error.h"
#include "erase.h"
#include "forget.h"
#include "intention.h"
#include "interrupted-job.h"
#include "memory-migration.h"
#include "power.h"
#include "step.h"
#include "stream-pipe.h"
#include "vm-lease.h"
#include "vm-orders.h"
#include "vm-registry.h"
#include "vm-wait.h"
#include "wake.h"
#include "way-back.h"

#define RETRY_MS     1000
#define RETRY_MAX_MS 10000

/* What became of an interrupted job that could be ended. */
typedef struct {
    gboolean is_undone;
    char *command; /* (owned) (nullable) see firn_way_back_take() */
} Outcome;

/* Its record, or NULL if the catalogue has none; an error if that cannot be told. */
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
    return firn_erase_check(vm, NULL, error) &&
           firn_erase_snapshot(vm, backend, snapshot, NULL, error);
}

/* Nothing that has to be decided: verify shows it. */
static void
register_with_source(FirnVm *vm, const FirnSnapshot *record)
{
    g_autoptr(GError) error = NULL;

    if (!firn_vm_registry_add(vm, record, &error))
        g_message("%s: snapshot %s is not registered: %s; see to that, then: firn verify %s "
                  "--repair",
                  firn_vm_get_name(vm),
                  record->name,
                  error->message,
                  firn_vm_get_name(vm));
}

/* The source may not have been told where the VM has gone. */
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

static gboolean
let_guest_go_on(FirnVm *vm, const char *run_state, GError **error)
{
    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    return g_strcmp0(run_state, "running") != 0 || firn_vm_get_state(vm) != FIRN_VM_STATE_PAUSED ||
           !FIRN_IS_POWER(vm) || firn_power_go_on(FIRN_POWER(vm), error);
}

/* An earlier firnd may have given libvirt a stop that has not arrived yet; a guest that is found
 * paused has had it. A socket keeps the order of what it carries. */
static gboolean
is_settled(FirnVm *vm, gboolean was_paused)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;

    if (order == NULL)
        return TRUE;
    if (was_paused)
        firn_send_order_settle(order);
    firn_send_order_hear(order);
    return firn_vm_is_off(vm) || firn_send_order_is_sure(order);
}

static gboolean
is_never(FirnVm *vm, gpointer data)
{
    return FALSE;
}

/* A guest that QEMU has not come to the instant of is not to be told to go on. */
static gboolean
end_standstill(FirnVm *vm, const char *run_state, GError **error)
{
    g_autoptr(FirnChannel) monitor = NULL;
    gboolean was_paused;

    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    was_paused = firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED;
    monitor = g_strcmp0(run_state, "running") == 0 ? firn_vm_dup_monitor(vm) : NULL;
    return (monitor == NULL || firn_memory_migration_release(monitor, error)) &&
           let_guest_go_on(vm, run_state, error) && is_settled(vm, was_paused);
}

/* Nobody else knows that the guest stands still because of firn. */
static void
insist_on_guest(FirnVm *vm, const char *run_state)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;
    g_autoptr(GError) failure = NULL;

    if (order != NULL && firn_vm_lease_is_there(vm))
        firn_send_order_doubt(order);
    for (guint wait_ms = RETRY_MS; !end_standstill(vm, run_state, &failure);
         wait_ms = MIN(2 * wait_ms, RETRY_MAX_MS)) {
        if (failure != NULL)
            g_warning("%s: its guest may be paused: %s; firn keeps trying to resume it",
                      firn_vm_get_name(vm),
                      failure->message);
        g_clear_error(&failure);
        firn_vm_wait(vm, is_never, NULL, wait_ms);
    }
}

/* Its guest goes on, and what QEMU streams may take long yet. */
static gboolean
outlive_stream(FirnVm *vm, GError **error)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);

    return monitor == NULL || firn_memory_migration_outlive(monitor, error);
}

void
firn_recover_standstill(FirnVm *vm)
{
    if (!firn_vm_lease_is_there(vm))
        return;
    insist_on_guest(vm, "running");
    firn_vm_lease_end_stop(vm);
    outlive_stream(vm, NULL);
}

/* QEMU goes on streaming RAM for a firnd that is gone, and a guest may still stand still for it. */
gboolean
firn_recover_guest(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnStreamPipe) pipe = NULL;
    g_autofree char *path = NULL;

    if (snapshot->memory == NULL)
        return TRUE;
    path = firn_vm_dup_stream_path(vm, snapshot->uuid);
    FIRN_STEP("recover: before the pipe");
    pipe = firn_stream_pipe_reopen(path, -1);
    insist_on_guest(vm, snapshot->evidence->run_state);
    firn_vm_lease_end_stop(vm);
    FIRN_STEP("recover: the guest goes on");
    return outlive_stream(vm, error);
}

/* Undoes what was being made, unless it was complete. */
static gboolean
settle_create(FirnVm *vm,
              FirnBackend *backend,
              const FirnIntent *intent,
              Outcome *outcome,
              GError **error)
{
    g_autoptr(FirnSnapshot) record = NULL;

    if (!firn_recover_guest(vm, intent->snapshot, error) || !look_up(vm, intent, &record, error))
        return FALSE;
    if (record != NULL) {
        register_with_source(vm, record);
        return TRUE;
    }
    if (!erase(vm, backend, intent->snapshot, error))
        return FALSE;
    g_message("%s: took back snapshot %s, whose making was interrupted",
              firn_vm_get_name(vm),
              intent->snapshot->name);
    outcome->is_undone = TRUE;
    return TRUE;
}

/* A record goes last: as long as it is there, the disks may have something left. */
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
            !firn_catalogue_remove(firn_vm_get_catalogue(vm), intent->snapshot->uuid, error))
            return FALSE;
        g_message("%s: deleted the rest of snapshot %s, whose deletion was interrupted",
                  firn_vm_get_name(vm),
                  intent->snapshot->name);
    }
    return TRUE;
}

/* A guest that goes on from RAM of then may have been frozen then, and does not know the time. */
static void
wake(FirnVm *vm, const FirnIntent *intent)
{
    g_autoptr(FirnSnapshot) target =
        firn_catalogue_lookup(firn_vm_get_catalogue(vm), intent->restore->target, NULL);
    FirnWaking waking;

    if (target != NULL && (target->memory != NULL || target->has_vm_state))
        firn_wake_guest(vm, &waking);
}

/* It was told to go on, and had perhaps not been heard. */
static gboolean
let_go_on(FirnVm *vm, const FirnIntent *intent, GError **error)
{
    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    if (!g_str_equal(intent->restore->run_after, "running"))
        return TRUE;
    if (firn_vm_is_off(vm))
        g_warning("%s: has gone back to %s, but its QEMU ended before its guest went on; start it, "
                  "or go back once more",
                  firn_vm_get_name(vm),
                  intent->restore->target_name);
    if (FIRN_IS_POWER(vm) && firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED &&
        !firn_power_go_on(FIRN_POWER(vm), error))
        return FALSE;
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING)
        wake(vm, intent);
    return TRUE;
}

/* A guest that was asked is given its whole time once more, as long as it may still be shutting
 * down: nobody knows when it was asked. */
static guint
get_grace_left_ms(const FirnIntent *intent)
{
    gint64 grace_us = intent->restore->grace_ms * G_TIME_SPAN_MILLISECOND;
    gint64 left_us = intent->begun_us + 2 * grace_us - g_get_real_time();

    return (guint)(CLAMP(left_us, 0, grace_us) / G_TIME_SPAN_MILLISECOND);
}

/* The catalogue says whether it has gone back; else it is brought back to what it was. */
static gboolean
settle_restore(FirnVm *vm,
               FirnBackend *backend,
               const FirnIntent *intent,
               Outcome *outcome,
               GError **error)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));
    g_autoptr(FirnSnapshot) salvaged = NULL;
    FirnIntentRestore restore = *intent->restore;

    if (!look_up(vm, intent, &salvaged, error))
        return FALSE;
    if (salvaged != NULL) {
        outcome->is_undone = TRUE;
        outcome->command =
            g_strdup_printf("firn restore %s %s", firn_vm_get_name(vm), salvaged->name);
        return TRUE;
    }
    if (undo != NULL && g_str_equal(undo->snapshot->uuid, intent->snapshot->uuid)) {
        register_current(vm);
        firn_current_mark_hold(vm);
        return let_go_on(vm, intent, error);
    }
    restore.grace_ms = get_grace_left_ms(intent);
    if (!firn_way_back_take(vm, backend, intent->snapshot, &restore, &outcome->command, error))
        return FALSE;
    if (outcome->command != NULL)
        g_warning("%s: its going back to %s was interrupted, and somebody has started it; what its "
                  "disks held before is kept for: %s",
                  firn_vm_get_name(vm),
                  intent->restore->target_name,
                  outcome->command);
    else
        g_message("%s: is as it was before it began to go back to %s, which was interrupted",
                  firn_vm_get_name(vm),
                  intent->restore->target_name);
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

/* One that has been tried before has been told of: by its own job, or when it was tried first. */
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
    g_autoptr(FirnIntention) intention = firn_intention_resume(vm, intent);
    g_autoptr(GError) reason = NULL;
    Outcome outcome = {0};
    gboolean is_settled = settlers[intent->kind](vm, backend, intent, &outcome, &reason);

    count(recovery, is_settled, outcome.is_undone);
    /* Before the note ends: whoever is killed in between tells it again, and is not heard. */
    if (!is_settled || outcome.is_undone)
        tell(job, intent, outcome.command, reason);
    g_free(outcome.command);
    if (is_settled) {
        firn_vm_registry_mark(vm);
        firn_intention_end(intention);
        return TRUE;
    }
    firn_intention_leave(intention, reason);
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
