/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-record.h"

/**
 * FirnHookRunner:
 * @run: runs one hook for at most @limit_ms milliseconds, and fills in the result
 * @now_ms: milliseconds since the guest's boot
 * @is_cancelled: whether no further hook may be started; thaw hooks are in any case
 *
 * How hooks become processes.
 */
typedef struct {
    void (*run)(void *data, const char *name, FirnStage stage, uint32_t limit_ms, FirnHookRun *out);
    int64_t (*now_ms)(void *data);
    bool (*is_cancelled)(void *data);
} FirnHookRunner;

/**
 * firn_hook_stage_run:
 * @record: names the hooks, and receives their results
 * @data: for @runner
 *
 * Runs the hooks of one stage one after the other, within the stage's budget. In prepare and freeze
 * the first failure ends the stage, unless the record ignores failures; thaw and post always try
 * all hooks.
 *
 * Returns: whether no hook has failed whose failure counts, and the stage was not cancelled
 */
bool firn_hook_stage_run(FirnRunRecord *record,
                         FirnStage stage,
                         const FirnHookRunner *runner,
                         void *data);
