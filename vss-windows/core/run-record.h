/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "json-text.h"
#include "output-tail.h"
#include "stage.h"
#include "writer-cycle.h"

#define FIRN_RUN_HOOKS_MAX      32
#define FIRN_RUN_EVENTS_MAX     32
#define FIRN_RUN_HOOK_NAME_SIZE 768
#define FIRN_RUN_GUID_SIZE      40

/**
 * FirnHookResult:
 * @FIRN_HOOK_NOT_RUN: not called for this stage
 * @FIRN_HOOK_OK: exit status 0
 * @FIRN_HOOK_FAILED: another exit status
 * @FIRN_HOOK_TIMED_OUT: killed at its deadline, with all processes that it had started
 * @FIRN_HOOK_CANCELLED: killed because VSS aborted, or the service stopped
 * @FIRN_HOOK_NOT_STARTED: refused, or Windows could not start it, or no time was left
 * @FIRN_HOOK_UNKNOWN: was perhaps started by a service that has ended since
 *
 * What became of one hook in one stage.
 */
typedef enum {
    FIRN_HOOK_NOT_RUN,
    FIRN_HOOK_OK,
    FIRN_HOOK_FAILED,
    FIRN_HOOK_TIMED_OUT,
    FIRN_HOOK_CANCELLED,
    FIRN_HOOK_NOT_STARTED,
    FIRN_HOOK_UNKNOWN,
} FirnHookResult;

/**
 * FirnHookRun:
 * @code: exit status if it has ended by itself; error of Windows if it was not started
 * @ms: how long it ran
 * @output: the end of what it has printed, in UTF-8
 *
 * One hook in one stage.
 */
typedef struct {
    FirnHookResult result;
    uint32_t code;
    int64_t ms;
    FirnOutputTail output;
} FirnHookRun;

/**
 * FirnHookRecord:
 * @name: file name, in UTF-8
 * @runs: by #FirnStage
 *
 * One hook in all stages.
 */
typedef struct {
    char name[FIRN_RUN_HOOK_NAME_SIZE];
    FirnHookRun runs[FIRN_N_STAGES];
} FirnHookRecord;

/**
 * FirnRunRecord:
 * @counter: number of this run; larger than that of every earlier one of this guest
 * @snapshot_set: "{...}" in lower case; empty if VSS has not named it
 * @backup_type: VSS_BACKUP_TYPE that the requester asked for
 * @started_unix_ms: the guest's clock, in milliseconds since 1970 UTC
 * @started_ms: and in milliseconds since the guest's boot, as all other times here
 * @frozen_ms: OnFreeze returned; 0: never
 * @released_ms: the first event that ended the freeze; 0: none
 * @ignores_failures: failed hooks do not make the writer refuse
 * @refusal: why no hook of the folder may run; empty if they may
 * @failure: the HRESULT with which the writer refused; 0: none
 * @events: (array length=n_events): what came, as far as there is room
 * @n_dropped: how many events came after that
 *
 * All that happened to this writer while one snapshot was made. It is allocated once, because
 * nothing may be written, and nothing should be allocated, while VSS holds writes.
 */
typedef struct {
    uint32_t counter;
    char snapshot_set[FIRN_RUN_GUID_SIZE];
    int backup_type;
    int64_t started_unix_ms;
    int64_t started_ms;
    int64_t frozen_ms;
    int64_t released_ms;
    bool ignores_failures;
    char refusal[512];
    uint32_t failure;
    struct {
        FirnCycleEvent event;
        int64_t at_ms;
    } events[FIRN_RUN_EVENTS_MAX];
    size_t n_events;
    size_t n_dropped;
    FirnHookRecord hooks[FIRN_RUN_HOOKS_MAX];
    size_t n_hooks;
} FirnRunRecord;

/**
 * firn_hook_result_name:
 *
 * Returns: the result's name, as in status --json: "ok" ...
 */
const char *firn_hook_result_name(FirnHookResult result);

/**
 * firn_run_record_add_event:
 * @at_ms: milliseconds since the guest's boot
 *
 * Notes that an event has come. Writes to no file, so that it may be called while VSS holds writes.
 */
void firn_run_record_add_event(FirnRunRecord *self, FirnCycleEvent event, int64_t at_ms);

/**
 * firn_run_record_add_hook:
 * @name: file name, in UTF-8
 *
 * Returns: whether there was room for another hook
 */
bool firn_run_record_add_hook(FirnRunRecord *self, const char *name);

/**
 * firn_run_record_sort_hooks:
 *
 * Puts the hooks into the order in which they prepare and freeze: by name, without regard to case.
 */
void firn_run_record_sort_hooks(FirnRunRecord *self);

/**
 * firn_run_record_assume_started:
 *
 * Says of all hooks that a service which has ended since may have started them for the freeze.
 */
void firn_run_record_assume_started(FirnRunRecord *self);

/**
 * firn_run_record_next_hook:
 * @previous: (nullable): the hook that ran last in this stage; %NULL for the first one
 *
 * Prepare and freeze run in order. Thaw runs in reverse order those whose freeze was started, post
 * those whose prepare or freeze was; whether these succeeded does not matter.
 *
 * Returns: (transfer none) (nullable): the next hook of the stage; %NULL after the last one
 */
FirnHookRecord *firn_run_record_next_hook(FirnRunRecord *self,
                                          FirnStage stage,
                                          const FirnHookRecord *previous);

/**
 * firn_run_record_count_failed:
 *
 * Returns: how many hooks were called for the stage and did not succeed
 */
size_t firn_run_record_count_failed(const FirnRunRecord *self, FirnStage stage);

/**
 * firn_run_record_write_json:
 * @key: (nullable): name of the member of @json
 * @outcome: how the run ended, or FIRN_OUTCOME_UNFINISHED
 *
 * Adds the record as an object; README.md has its members, with units.
 */
void firn_run_record_write_json(const FirnRunRecord *self,
                                FirnJsonText *json,
                                const char *key,
                                FirnCycleOutcome outcome);
