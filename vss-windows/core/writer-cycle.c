/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "writer-cycle.h"

/* What an event does in a state. The README has the same table. */
typedef enum { NONE, REFUSE, PREPARE, FREEZE, THAW, POST, WAIT, CANCEL, ENTER, GIVE_UP } Move;

/* Rows and columns in the order of the enums: idle to posting, PREPARE_BACKUP to STOP. */
static const Move moves[FIRN_CYCLE_N_STATES][FIRN_EVENT_N_EVENTS] = {
    {PREPARE, FREEZE, REFUSE, NONE,   NONE,    NONE, NONE,   NONE,    NONE   },
    {REFUSE,  REFUSE, REFUSE, NONE,   CANCEL,  NONE, WAIT,   CANCEL,  CANCEL },
    {PREPARE, FREEZE, REFUSE, NONE,   GIVE_UP, POST, POST,   GIVE_UP, GIVE_UP},
    {REFUSE,  REFUSE, REFUSE, CANCEL, CANCEL,  NONE, CANCEL, CANCEL,  CANCEL },
    {REFUSE,  THAW,   ENTER,  THAW,   THAW,    NONE, THAW,   THAW,    THAW   },
    {REFUSE,  THAW,   REFUSE, THAW,   THAW,    NONE, THAW,   THAW,    THAW   },
    {REFUSE,  REFUSE, REFUSE, WAIT,   WAIT,    NONE, WAIT,   WAIT,    WAIT   },
    {PREPARE, FREEZE, REFUSE, NONE,   NONE,    POST, POST,   NONE,    NONE   },
    {WAIT,    WAIT,   REFUSE, NONE,   NONE,    NONE, NONE,   NONE,    CANCEL },
};

static const FirnCycleOutcome outcomes[FIRN_EVENT_N_EVENTS] = {
    [FIRN_EVENT_PREPARE_BACKUP] = FIRN_OUTCOME_OUT_OF_ORDER,
    [FIRN_EVENT_PREPARE_SNAPSHOT] = FIRN_OUTCOME_OUT_OF_ORDER,
    [FIRN_EVENT_FREEZE] = FIRN_OUTCOME_OUT_OF_ORDER,
    [FIRN_EVENT_THAW] = FIRN_OUTCOME_OUT_OF_ORDER,
    [FIRN_EVENT_ABORT] = FIRN_OUTCOME_ABORTED,
    [FIRN_EVENT_COMPLETE] = FIRN_OUTCOME_REQUESTER_ENDED,
    [FIRN_EVENT_SHUTDOWN] = FIRN_OUTCOME_REQUESTER_ENDED,
    [FIRN_EVENT_WATCHDOG] = FIRN_OUTCOME_EXPIRED,
    [FIRN_EVENT_STOP] = FIRN_OUTCOME_STOPPED,
};

/* The first reason stays: what follows a failure is its consequence. */
static void
note_outcome(FirnWriterCycle *self, FirnCycleOutcome outcome)
{
    if (self->outcome == FIRN_OUTCOME_UNFINISHED)
        self->outcome = outcome;
}

static FirnCycleAction
start_stage(FirnWriterCycle *self, FirnCycleState state, FirnCycleAction action)
{
    self->state = state;
    self->is_cancelled = false;
    return action;
}

static FirnCycleAction
begin_prepare(FirnWriterCycle *self)
{
    if (self->is_stopping)
        return FIRN_ACTION_REFUSE;
    self->outcome = FIRN_OUTCOME_UNFINISHED;
    return start_stage(self, FIRN_CYCLE_PREPARING, FIRN_ACTION_PREPARE);
}

static FirnCycleAction
begin_freeze(FirnWriterCycle *self)
{
    if (self->is_stopping)
        return FIRN_ACTION_REFUSE;
    if (self->state != FIRN_CYCLE_PREPARED)
        self->outcome = FIRN_OUTCOME_UNFINISHED;
    else if (self->outcome != FIRN_OUTCOME_UNFINISHED)
        return FIRN_ACTION_REFUSE;
    return start_stage(self, FIRN_CYCLE_QUIESCING, FIRN_ACTION_FREEZE);
}

static FirnCycleAction
begin_thaw(FirnWriterCycle *self, FirnCycleEvent event)
{
    bool is_regular = event == FIRN_EVENT_THAW && self->state == FIRN_CYCLE_FROZEN;

    note_outcome(self, is_regular ? FIRN_OUTCOME_CLEAN : outcomes[event]);
    return start_stage(self, FIRN_CYCLE_THAWING, FIRN_ACTION_THAW);
}

static FirnCycleAction
begin_post(FirnWriterCycle *self, FirnCycleEvent event)
{
    note_outcome(self, outcomes[event]);
    return start_stage(self, FIRN_CYCLE_POSTING, FIRN_ACTION_POST);
}

static FirnCycleAction
cancel_hooks(FirnWriterCycle *self, FirnCycleEvent event)
{
    note_outcome(self, outcomes[event]);
    self->is_cancelled = true;
    return FIRN_ACTION_WAIT;
}

static FirnCycleAction
enter(FirnWriterCycle *self, FirnCycleState state)
{
    self->state = state;
    return FIRN_ACTION_NONE;
}

FirnCycleAction
firn_writer_cycle_begin(FirnWriterCycle *self, FirnCycleEvent event)
{
    self->is_stopping |= event == FIRN_EVENT_STOP;
    switch (moves[self->state][event]) {
    case NONE:
        return FIRN_ACTION_NONE;
    case REFUSE:
        return FIRN_ACTION_REFUSE;
    case PREPARE:
        return begin_prepare(self);
    case FREEZE:
        return begin_freeze(self);
    case THAW:
        return begin_thaw(self, event);
    case POST:
        return begin_post(self, event);
    case WAIT:
        return FIRN_ACTION_WAIT;
    case CANCEL:
        return cancel_hooks(self, event);
    case ENTER:
        return enter(self, FIRN_CYCLE_FROZEN);
    case GIVE_UP:
        note_outcome(self, outcomes[event]);
        return enter(self, FIRN_CYCLE_DONE);
    }
    return FIRN_ACTION_REFUSE;
}

static FirnCycleAction
end_prepare(FirnWriterCycle *self, bool is_well)
{
    bool was_cancelled = self->is_cancelled;

    if (!is_well)
        note_outcome(self, FIRN_OUTCOME_HOOK_FAILED);
    self->is_cancelled = false;
    enter(self, was_cancelled ? FIRN_CYCLE_DONE : FIRN_CYCLE_PREPARED);
    return is_well && !was_cancelled ? FIRN_ACTION_NONE : FIRN_ACTION_REFUSE;
}

static FirnCycleAction
end_freeze(FirnWriterCycle *self, bool is_well)
{
    if (is_well && !self->is_cancelled)
        return enter(self, FIRN_CYCLE_QUIESCED);
    note_outcome(self, FIRN_OUTCOME_HOOK_FAILED);
    return start_stage(self, FIRN_CYCLE_THAWING, FIRN_ACTION_THAW);
}

static FirnCycleAction
end_thaw(FirnWriterCycle *self, FirnCycleEvent event)
{
    enter(self, FIRN_CYCLE_DONE);
    if (event == FIRN_EVENT_SHUTDOWN)
        return begin_post(self, event);
    return event == FIRN_EVENT_PREPARE_SNAPSHOT ? FIRN_ACTION_REFUSE : FIRN_ACTION_NONE;
}

FirnCycleAction
firn_writer_cycle_end(FirnWriterCycle *self, FirnCycleEvent event, bool is_well)
{
    switch (self->state) {
    case FIRN_CYCLE_PREPARING:
        return end_prepare(self, is_well);
    case FIRN_CYCLE_QUIESCING:
        return end_freeze(self, is_well);
    case FIRN_CYCLE_THAWING:
        return end_thaw(self, event);
    case FIRN_CYCLE_POSTING:
        return enter(self, FIRN_CYCLE_IDLE);
    default:
        return FIRN_ACTION_REFUSE;
    }
}

bool
firn_writer_cycle_may_write(const FirnWriterCycle *self)
{
    return self->state != FIRN_CYCLE_FROZEN;
}

const char *
firn_cycle_state_name(FirnCycleState state)
{
    static const char *const names[FIRN_CYCLE_N_STATES] = {
        [FIRN_CYCLE_IDLE] = "idle",
        [FIRN_CYCLE_PREPARING] = "preparing",
        [FIRN_CYCLE_PREPARED] = "prepared",
        [FIRN_CYCLE_QUIESCING] = "quiescing",
        [FIRN_CYCLE_QUIESCED] = "quiesced",
        [FIRN_CYCLE_FROZEN] = "frozen",
        [FIRN_CYCLE_THAWING] = "thawing",
        [FIRN_CYCLE_DONE] = "done",
        [FIRN_CYCLE_POSTING] = "posting",
    };

    return names[state];
}

const char *
firn_cycle_event_name(FirnCycleEvent event)
{
    static const char *const names[FIRN_EVENT_N_EVENTS] = {
        [FIRN_EVENT_PREPARE_BACKUP] = "prepare-backup",
        [FIRN_EVENT_PREPARE_SNAPSHOT] = "prepare-snapshot",
        [FIRN_EVENT_FREEZE] = "freeze",
        [FIRN_EVENT_THAW] = "thaw",
        [FIRN_EVENT_ABORT] = "abort",
        [FIRN_EVENT_COMPLETE] = "backup-complete",
        [FIRN_EVENT_SHUTDOWN] = "backup-shutdown",
        [FIRN_EVENT_WATCHDOG] = "watchdog",
        [FIRN_EVENT_STOP] = "stop",
    };

    return names[event];
}

const char *
firn_cycle_outcome_name(FirnCycleOutcome outcome)
{
    static const char *const names[] = {
        [FIRN_OUTCOME_UNFINISHED] = "unfinished",
        [FIRN_OUTCOME_CLEAN] = "clean",
        [FIRN_OUTCOME_HOOK_FAILED] = "hook-failed",
        [FIRN_OUTCOME_ABORTED] = "aborted",
        [FIRN_OUTCOME_EXPIRED] = "expired",
        [FIRN_OUTCOME_STOPPED] = "stopped",
        [FIRN_OUTCOME_REQUESTER_ENDED] = "requester-ended",
        [FIRN_OUTCOME_OUT_OF_ORDER] = "out-of-order",
    };

    return names[outcome];
}
