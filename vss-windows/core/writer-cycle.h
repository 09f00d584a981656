/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/**
 * FirnCycleState:
 * @FIRN_CYCLE_IDLE: no snapshot is being made
 * @FIRN_CYCLE_PREPARING: a thread runs prepare hooks
 * @FIRN_CYCLE_PREPARED: prepare hooks have run
 * @FIRN_CYCLE_QUIESCING: a thread runs freeze hooks
 * @FIRN_CYCLE_QUIESCED: freeze hooks have run; applications may be stopped
 * @FIRN_CYCLE_FROZEN: OnFreeze has returned true: writes may be held, and nothing may be written
 * @FIRN_CYCLE_THAWING: a thread runs thaw hooks
 * @FIRN_CYCLE_DONE: thawed, or ended before the freeze; post hooks may follow
 * @FIRN_CYCLE_POSTING: a thread runs post hooks
 *
 * Where the writer is on its way through one snapshot.
 */
typedef enum {
    FIRN_CYCLE_IDLE,
    FIRN_CYCLE_PREPARING,
    FIRN_CYCLE_PREPARED,
    FIRN_CYCLE_QUIESCING,
    FIRN_CYCLE_QUIESCED,
    FIRN_CYCLE_FROZEN,
    FIRN_CYCLE_THAWING,
    FIRN_CYCLE_DONE,
    FIRN_CYCLE_POSTING,
    FIRN_CYCLE_N_STATES,
} FirnCycleState;

/**
 * FirnCycleEvent:
 * @FIRN_EVENT_PREPARE_BACKUP: OnPrepareBackup
 * @FIRN_EVENT_PREPARE_SNAPSHOT: OnPrepareSnapshot
 * @FIRN_EVENT_FREEZE: OnFreeze
 * @FIRN_EVENT_THAW: OnThaw
 * @FIRN_EVENT_ABORT: OnAbort, which may come from another thread and in any state
 * @FIRN_EVENT_COMPLETE: OnBackupComplete; not sent for a requester that has died
 * @FIRN_EVENT_SHUTDOWN: OnBackupShutdown: the requester has released its session, or died
 * @FIRN_EVENT_WATCHDOG: the freeze has lasted longer than any requester waits
 * @FIRN_EVENT_STOP: the service is asked to stop
 *
 * What moves the writer.
 */
typedef enum {
    FIRN_EVENT_PREPARE_BACKUP,
    FIRN_EVENT_PREPARE_SNAPSHOT,
    FIRN_EVENT_FREEZE,
    FIRN_EVENT_THAW,
    FIRN_EVENT_ABORT,
    FIRN_EVENT_COMPLETE,
    FIRN_EVENT_SHUTDOWN,
    FIRN_EVENT_WATCHDOG,
    FIRN_EVENT_STOP,
    FIRN_EVENT_N_EVENTS,
} FirnCycleEvent;

/**
 * FirnCycleAction:
 * @FIRN_ACTION_NONE: nothing is to be done; the callback returns true
 * @FIRN_ACTION_REFUSE: the callback returns false
 * @FIRN_ACTION_PREPARE: run the prepare hooks
 * @FIRN_ACTION_FREEZE: run the freeze hooks
 * @FIRN_ACTION_THAW: run the thaw hooks
 * @FIRN_ACTION_POST: run the post hooks
 * @FIRN_ACTION_WAIT: another thread runs hooks: wait for a new state, then send the event again
 *
 * What the sender of an event must do. After each of the four that run hooks it calls
 * firn_writer_cycle_end(), which says what comes next.
 */
typedef enum {
    FIRN_ACTION_NONE,
    FIRN_ACTION_REFUSE,
    FIRN_ACTION_PREPARE,
    FIRN_ACTION_FREEZE,
    FIRN_ACTION_THAW,
    FIRN_ACTION_POST,
    FIRN_ACTION_WAIT,
} FirnCycleAction;

/**
 * FirnCycleOutcome:
 * @FIRN_OUTCOME_UNFINISHED: the snapshot is still being made
 * @FIRN_OUTCOME_CLEAN: Freeze was followed by Thaw, and no required hook failed before
 * @FIRN_OUTCOME_HOOK_FAILED: a prepare or freeze hook failed and was required
 * @FIRN_OUTCOME_ABORTED: VSS sent Abort
 * @FIRN_OUTCOME_EXPIRED: the watchdog thawed
 * @FIRN_OUTCOME_STOPPED: the service was stopped meanwhile
 * @FIRN_OUTCOME_REQUESTER_ENDED: the requester released its session without a thaw
 * @FIRN_OUTCOME_OUT_OF_ORDER: VSS's calls came in an order that the writer does not accept
 *
 * How one snapshot ended for this writer. The first reason stays. Only CLEAN may support the
 * verdict "application".
 */
typedef enum {
    FIRN_OUTCOME_UNFINISHED,
    FIRN_OUTCOME_CLEAN,
    FIRN_OUTCOME_HOOK_FAILED,
    FIRN_OUTCOME_ABORTED,
    FIRN_OUTCOME_EXPIRED,
    FIRN_OUTCOME_STOPPED,
    FIRN_OUTCOME_REQUESTER_ENDED,
    FIRN_OUTCOME_OUT_OF_ORDER,
} FirnCycleOutcome;

/**
 * FirnWriterCycle:
 * @state: where the writer is
 * @is_cancelled: the hooks that are running must be stopped
 * @is_stopping: the service ends: no new snapshot is begun
 * @outcome: how the last snapshot ended
 *
 * The writer's state machine. It has no lock: its owner guards it with one, and never holds that
 * while hooks run. Zeroed memory is a valid start.
 */
typedef struct {
    FirnCycleState state;
    bool is_cancelled;
    bool is_stopping;
    FirnCycleOutcome outcome;
} FirnWriterCycle;

/**
 * firn_writer_cycle_begin:
 * @event: what has come
 *
 * Moves the state. The action that runs hooks is given to one thread only, until that thread
 * calls firn_writer_cycle_end().
 *
 * Returns: what the caller must do
 */
FirnCycleAction firn_writer_cycle_begin(FirnWriterCycle *self, FirnCycleEvent event);

/**
 * firn_writer_cycle_end:
 * @event: the event whose action the caller has carried out
 * @is_well: no required hook has failed; of no meaning for thaw and post hooks
 *
 * Moves the state after hooks have run. A freeze stage that failed or was cancelled is followed by
 * FIRN_ACTION_THAW for the same thread.
 *
 * Returns: what the caller must do next
 */
FirnCycleAction firn_writer_cycle_end(FirnWriterCycle *self, FirnCycleEvent event, bool is_well);

/**
 * firn_writer_cycle_may_write:
 *
 * Returns: %false while VSS may hold writes, so that a write could hang this process, and the thaw
 * with it
 */
bool firn_writer_cycle_may_write(const FirnWriterCycle *self);

/**
 * firn_cycle_state_name:
 *
 * Returns: the state's name, as in status --json: "idle" ...
 */
const char *firn_cycle_state_name(FirnCycleState state);

/**
 * firn_cycle_event_name:
 *
 * Returns: the event's name, as in status --json: "prepare-backup" ...
 */
const char *firn_cycle_event_name(FirnCycleEvent event);

/**
 * firn_cycle_outcome_name:
 *
 * Returns: the outcome's name, as in status --json: "clean" ...
 */
const char *firn_cycle_outcome_name(FirnCycleOutcome outcome);
