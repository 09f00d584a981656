/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hook-process.h"
#include "hook-set.h"

/**
 * FirnHookResult:
 * @FIRN_HOOK_UNUSED: not started
 * @FIRN_HOOK_SKIPPED: exit status 77
 * @FIRN_HOOK_DIED: a session that ended before it was told to
 */
typedef enum {
    FIRN_HOOK_UNUSED,
    FIRN_HOOK_OK,
    FIRN_HOOK_SKIPPED,
    FIRN_HOOK_FAILED,
    FIRN_HOOK_TIMEOUT,
    FIRN_HOOK_REFUSED,
    FIRN_HOOK_DIED,
} FirnHookResult;

/**
 * FirnHookRun:
 * @hook: (unowned): what runs
 * @process: its session, or the phase of it that runs
 * @output: what it has printed in all phases
 * @is_started: its freeze was started, so its thaw or abort is due
 * @result: the worst so far
 * @phase: the last one, or that in which it failed; "" before the first
 * @exit: exit status, 128 + N after signal N
 * @last_exit: of the process that ended last
 * @held_since_ms: when its freeze succeeded, of firn_clock_ms(); 0 if it holds nothing
 *
 * One hook of one window.
 */
typedef struct FirnHookRun {
    const FirnHook *hook;
    FirnProcess process;
    FirnHookOutput output;
    bool is_started;
    FirnHookResult result;
    const char *phase;
    int exit;
    int last_exit;
    FirnReason reason;
    int64_t held_since_ms;
    unsigned prepare_ms;
    unsigned freeze_ms;
    unsigned hold_ms;
    unsigned thaw_ms;
} FirnHookRun;

/**
 * firn_hook_run_init:
 * @hook: what will run; outlives @self
 */
void firn_hook_run_init(FirnHookRun *self, const FirnHook *hook);

/**
 * FirnHookRunner:
 * @paths: where files are
 * @waiter: what waits
 * @token: of the host's request, or ""
 * @end_ms: until when freeze and prepare may take, of firn_clock_ms()
 *
 * What every phase of every hook needs.
 */
typedef struct FirnHookRunner {
    const FirnPaths *paths;
    FirnWaiter *waiter;
    const char *token;
    int64_t end_ms;
} FirnHookRunner;

/**
 * firn_hook_run_prepare:
 *
 * Runs the phase prepare, if it has one.
 *
 * Returns: false if it failed
 */
bool firn_hook_run_prepare(FirnHookRun *self, const FirnHookRunner *runner);

/**
 * firn_hook_run_freeze:
 *
 * Runs the phase freeze, or starts the session, which then holds.
 *
 * Returns: false if it failed
 */
bool firn_hook_run_freeze(FirnHookRun *self, const FirnHookRunner *runner);

/**
 * firn_hook_run_release:
 * @is_abort: whether something has failed
 *
 * Runs the phase thaw or abort, or tells the session, if its freeze was started. A failure only
 * becomes its result.
 */
void firn_hook_run_release(FirnHookRun *self, const FirnHookRunner *runner, bool is_abort);

/**
 * firn_hook_run_check_held:
 *
 * Looks whether the session still runs.
 *
 * Returns: false if it does not, although it should
 */
bool firn_hook_run_check_held(FirnHookRun *self);

/**
 * firn_hook_run_get_level:
 *
 * Returns: what its success proves: its setting, or less if it has said so
 */
FirnLevel firn_hook_run_get_level(const FirnHookRun *self);

/**
 * firn_hook_result_get_name:
 *
 * Returns: as in the report
 */
const char *firn_hook_result_get_name(FirnHookResult result);
