/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-stage.h"

#include "vss-code.h"

#include <string.h>

static void
run_hook(FirnHookRecord *hook,
         FirnStage stage,
         const FirnBudget *budget,
         const FirnHookRunner *runner,
         void *data)
{
    FirnHookRun *run = &hook->runs[stage];
    int64_t began_ms = runner->now_ms(data);
    uint32_t limit_ms = firn_budget_for_hook(budget, began_ms);

    memset(run, 0, sizeof *run);
    run->result = FIRN_HOOK_NOT_STARTED;
    if (limit_ms == 0)
        return;
    runner->run(data, hook->name, stage, limit_ms, run);
    run->ms = runner->now_ms(data) - began_ms;
}

/* A hook for which no time was left counts as one that took too long. */
static uint32_t
choose_failure(const FirnHookRun *run)
{
    bool is_late = run->result == FIRN_HOOK_TIMED_OUT ||
                   (run->result == FIRN_HOOK_NOT_STARTED && run->code == 0);

    return is_late ? FIRN_VSS_WRITER_TIMEOUT : FIRN_VSS_WRITER_RETRYABLE;
}

bool
firn_hook_stage_run(FirnRunRecord *record,
                    FirnStage stage,
                    const FirnHookRunner *runner,
                    void *data)
{
    FirnBudget budget = firn_budget_start(stage, runner->now_ms(data));
    bool may_refuse = firn_stage_may_refuse(stage);
    FirnHookRecord *hook = NULL;

    while ((hook = firn_run_record_next_hook(record, stage, hook)) != NULL) {
        if (stage != FIRN_STAGE_THAW && runner->is_cancelled(data))
            return false;
        run_hook(hook, stage, &budget, runner, data);
        if (may_refuse && !record->ignores_failures && hook->runs[stage].result != FIRN_HOOK_OK) {
            record->failure = choose_failure(&hook->runs[stage]);
            return false;
        }
    }
    return true;
}
