/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cycle-runner.h"

#include "event-log.h"
#include "run-file.h"
#include "settings.h"
#include "vss-code.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strsafe.h>

struct _FirnCycleRunner {
    CRITICAL_SECTION lock;      /* guards all below; never held while hooks run */
    CONDITION_VARIABLE changed; /* the cycle has another state, or the watchdog another time */
    FirnWriterCycle cycle;
    FirnRunRecord *record; /* (owned) */
    FirnHookFolder hooks;
    FirnFolders folders;
    HANDLE cancel;          /* (owned) event: hooks that run must end */
    HANDLE watchdog;        /* (owned) thread */
    int64_t watchdog_at_ms; /* 0: it has nothing to do */
    bool is_ending;
};

typedef struct {
    FirnCycleRunner *runner;
    FirnCycleEvent event;
} PostWork;

static int64_t
get_unix_ms(void)
{
    FILETIME time;

    GetSystemTimeAsFileTime(&time);
    /* FILETIME counts 100 ns since 1601. */
    return ((int64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) / 10000 - 11644473600000;
}

static void
save_record(FirnCycleRunner *self)
{
    if (firn_writer_cycle_may_write(&self->cycle) && self->record->started_ms != 0)
        firn_run_file_save(&self->folders, self->record, self->cycle.outcome);
}

static void
take_context(FirnCycleRunner *self, const FirnSnapshotContext *context)
{
    if (context == NULL)
        return;
    memcpy(self->record->snapshot_set, context->snapshot_set, FIRN_RUN_GUID_SIZE);
    memcpy(self->hooks.snapshot_set, context->snapshot_set, FIRN_RUN_GUID_SIZE);
    memcpy(self->hooks.volumes, context->volumes, sizeof context->volumes);
    self->record->backup_type = context->backup_type;
    self->hooks.backup_type = context->backup_type;
}

static void
start_record(FirnCycleRunner *self)
{
    memset(self->record, 0, sizeof *self->record);
    self->hooks.has_failed = false;
    self->record->counter = firn_settings_next_counter();
    self->record->started_unix_ms = get_unix_ms();
    self->record->started_ms = (int64_t)GetTickCount64();
    self->record->ignores_failures = firn_settings_ignore_failures();
    firn_hook_folder_list(&self->folders, self->record);
}

static void
set_watchdog(FirnCycleRunner *self, int64_t at_ms)
{
    self->watchdog_at_ms = at_ms;
    WakeAllConditionVariable(&self->changed);
}

/* The start of a stage: what must be known and on disk before its first hook. */
static bool
enter_stage(FirnCycleRunner *self, FirnCycleAction action)
{
    int64_t now_ms = (int64_t)GetTickCount64();

    ResetEvent(self->cancel);
    self->hooks.has_failed =
        self->cycle.outcome != FIRN_OUTCOME_CLEAN && self->cycle.outcome != FIRN_OUTCOME_UNFINISHED;
    if (action == FIRN_ACTION_THAW && self->record->released_ms == 0)
        self->record->released_ms = now_ms;
    set_watchdog(self, action == FIRN_ACTION_FREEZE ? now_ms + FIRN_WATCHDOG_MS : 0);
    if (action != FIRN_ACTION_FREEZE)
        return true;
    save_record(self);
    if (firn_run_file_set_quiesced(&self->folders, true) == ERROR_SUCCESS)
        return true;
    snprintf(self->record->refusal, sizeof self->record->refusal, "state: it cannot be written");
    return false;
}

static FirnStage
find_stage(FirnCycleAction action)
{
    static const FirnStage stages[] = {
        [FIRN_ACTION_PREPARE] = FIRN_STAGE_PREPARE,
        [FIRN_ACTION_FREEZE] = FIRN_STAGE_FREEZE,
        [FIRN_ACTION_THAW] = FIRN_STAGE_THAW,
        [FIRN_ACTION_POST] = FIRN_STAGE_POST,
    };

    return stages[action];
}

/* With the lock; it is released while hooks run. Returns what comes next. */
static FirnCycleAction
run_stage(FirnCycleRunner *self, FirnCycleAction action, FirnCycleEvent event)
{
    bool is_well = enter_stage(self, action);
    FirnCycleAction next;

    LeaveCriticalSection(&self->lock);
    is_well = is_well && firn_hook_folder_run_stage(&self->hooks, self->record, find_stage(action));
    EnterCriticalSection(&self->lock);
    if (action == FIRN_ACTION_THAW)
        firn_run_file_set_quiesced(&self->folders, false);
    next = firn_writer_cycle_end(&self->cycle, event, is_well);
    save_record(self);
    if (action == FIRN_ACTION_THAW || (action == FIRN_ACTION_PREPARE && next == FIRN_ACTION_REFUSE))
        firn_event_log_report_run(self->record, self->cycle.outcome);
    WakeAllConditionVariable(&self->changed);
    return next;
}

static bool
runs_hooks(FirnCycleAction action)
{
    return action >= FIRN_ACTION_PREPARE && action <= FIRN_ACTION_POST;
}

static DWORD WINAPI
run_post(void *data)
{
    PostWork work = *(PostWork *)data;

    free(data);
    EnterCriticalSection(&work.runner->lock);
    run_stage(work.runner, FIRN_ACTION_POST, work.event);
    LeaveCriticalSection(&work.runner->lock);
    return 0;
}

/* A requester need not wait for post hooks, unless there is no thread for them. */
static bool
start_post(FirnCycleRunner *self, FirnCycleEvent event)
{
    PostWork *work = malloc(sizeof *work);
    HANDLE thread = NULL;

    if (work == NULL)
        return false;
    *work = (PostWork){self, event};
    thread = CreateThread(NULL, 0, run_post, work, 0, NULL);
    if (thread == NULL) {
        free(work);
        return false;
    }
    CloseHandle(thread);
    return true;
}

static FirnCycleAction
run_stages(FirnCycleRunner *self, FirnCycleAction action, FirnCycleEvent event)
{
    while (runs_hooks(action)) {
        if (action == FIRN_ACTION_POST && start_post(self, event))
            return FIRN_ACTION_NONE;
        action = run_stage(self, action, event);
    }
    return action;
}

/* With the lock. Waits for other threads' hooks, after it has cancelled them if the event may. */
static FirnCycleAction
begin(FirnCycleRunner *self, FirnCycleEvent event)
{
    FirnCycleAction action;

    while ((action = firn_writer_cycle_begin(&self->cycle, event)) == FIRN_ACTION_WAIT) {
        if (self->cycle.is_cancelled)
            SetEvent(self->cancel);
        SleepConditionVariableCS(&self->changed, &self->lock, INFINITE);
    }
    return action;
}

static bool
starts_run(FirnCycleState state, FirnCycleEvent event, FirnCycleAction action)
{
    return action == FIRN_ACTION_PREPARE ||
           (action == FIRN_ACTION_FREEZE && state != FIRN_CYCLE_PREPARED);
}

bool
firn_cycle_runner_send(FirnCycleRunner *self,
                       FirnCycleEvent event,
                       const FirnSnapshotContext *context)
{
    int64_t now_ms = (int64_t)GetTickCount64();
    FirnCycleState state;
    FirnCycleAction action;

    EnterCriticalSection(&self->lock);
    state = self->cycle.state;
    action = begin(self, event);
    if (starts_run(state, event, action))
        start_record(self);
    if (runs_hooks(action))
        take_context(self, context);
    firn_run_record_add_event(self->record, event, now_ms);
    action = run_stages(self, action, event);
    if (event == FIRN_EVENT_FREEZE && action == FIRN_ACTION_NONE)
        self->record->frozen_ms = (int64_t)GetTickCount64();
    LeaveCriticalSection(&self->lock);
    return action == FIRN_ACTION_NONE;
}

bool
firn_cycle_runner_is_own(FirnCycleRunner *self, const char *snapshot_set)
{
    bool is_own;

    EnterCriticalSection(&self->lock);
    is_own = self->record->snapshot_set[0] == '\0' ||
             strcmp(self->record->snapshot_set, snapshot_set) == 0;
    LeaveCriticalSection(&self->lock);
    return is_own;
}

uint32_t
firn_cycle_runner_describe_refusal(FirnCycleRunner *self, wchar_t *out_message, size_t size)
{
    wchar_t refusal[512];
    uint32_t failure;

    EnterCriticalSection(&self->lock);
    failure = self->record->failure;
    if (self->record->refusal[0] != '\0' &&
        firn_text_widen(self->record->refusal, refusal, sizeof refusal / sizeof refusal[0]))
        StringCchPrintfW(out_message, size, L"firn: no hook may run: %s", refusal);
    else if (failure != 0)
        StringCchPrintfW(out_message, size, L"firn: a hook failed: see firn-vss status --json");
    else
        StringCchPrintfW(out_message, size, L"firn: another snapshot is being made");
    LeaveCriticalSection(&self->lock);
    return failure != 0 ? failure : FIRN_VSS_WRITER_RETRYABLE;
}

/* Returns how long the watchdog may sleep; 0: it must act. */
static DWORD
measure_sleep(const FirnCycleRunner *self)
{
    int64_t left_ms = self->watchdog_at_ms - (int64_t)GetTickCount64();

    if (self->watchdog_at_ms == 0)
        return INFINITE;
    return left_ms > 0 ? (DWORD)left_ms : 0;
}

static DWORD WINAPI
watch(void *data)
{
    FirnCycleRunner *self = data;

    EnterCriticalSection(&self->lock);
    while (!self->is_ending) {
        DWORD sleep_ms = measure_sleep(self);

        if (sleep_ms != 0) {
            SleepConditionVariableCS(&self->changed, &self->lock, sleep_ms);
            continue;
        }
        self->watchdog_at_ms = 0;
        LeaveCriticalSection(&self->lock);
        firn_cycle_runner_send(self, FIRN_EVENT_WATCHDOG, NULL);
        EnterCriticalSection(&self->lock);
    }
    LeaveCriticalSection(&self->lock);
    return 0;
}

/* An earlier service has ended between freeze and thaw: which hooks it had started is unknown. */
static void
recover(FirnCycleRunner *self)
{
    if (!firn_run_file_is_quiesced(&self->folders))
        return;
    firn_hook_folder_list(&self->folders, self->record);
    firn_run_record_assume_started(self->record);
    self->hooks.has_failed = true;
    firn_hook_folder_run_stage(&self->hooks, self->record, FIRN_STAGE_THAW);
    firn_run_file_set_quiesced(&self->folders, false);
    firn_event_log_report_recovery();
    memset(self->record, 0, sizeof *self->record);
}

FirnCycleRunner *
firn_cycle_runner_new(const FirnFolders *folders)
{
    FirnCycleRunner *self = calloc(1, sizeof *self);

    if (self == NULL)
        return NULL;
    InitializeCriticalSection(&self->lock);
    InitializeConditionVariable(&self->changed);
    self->folders = *folders;
    self->record = calloc(1, sizeof *self->record);
    self->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->hooks.folders = &self->folders;
    self->hooks.cancel = self->cancel;
    if (self->record != NULL && self->cancel != NULL) {
        recover(self);
        self->watchdog = CreateThread(NULL, 0, watch, self, 0, NULL);
    }
    if (self->watchdog != NULL)
        return self;
    firn_cycle_runner_free(self);
    return NULL;
}

void
firn_cycle_runner_free(FirnCycleRunner *self)
{
    if (self->watchdog != NULL) {
        firn_cycle_runner_send(self, FIRN_EVENT_STOP, NULL);
        EnterCriticalSection(&self->lock);
        self->is_ending = true;
        WakeAllConditionVariable(&self->changed);
        LeaveCriticalSection(&self->lock);
        WaitForSingleObject(self->watchdog, INFINITE);
        CloseHandle(self->watchdog);
    }
    if (self->cancel != NULL)
        CloseHandle(self->cancel);
    DeleteCriticalSection(&self->lock);
    free(self->record);
    free(self);
}
