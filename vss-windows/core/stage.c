/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage.h"

#include <string.h>

static const struct {
    const char *name;
    bool may_refuse;
    uint32_t hook_ms;
    uint32_t all_ms;
} stages[FIRN_N_STAGES] = {
    [FIRN_STAGE_PREPARE] = {"prepare", true,  120000, 300000},
    [FIRN_STAGE_FREEZE] = {"freeze",  true,  10000,  25000 },
    [FIRN_STAGE_THAW] = {"thaw",    false, 10000,  30000 },
    [FIRN_STAGE_POST] = {"post",    false, 120000, 300000},
};

const char *
firn_stage_name(FirnStage stage)
{
    return stages[stage].name;
}

bool
firn_stage_find(const char *name, FirnStage *out_stage)
{
    for (FirnStage stage = 0; stage < FIRN_N_STAGES; stage++) {
        if (strcmp(stages[stage].name, name) == 0) {
            *out_stage = stage;
            return true;
        }
    }
    return false;
}

bool
firn_stage_may_refuse(FirnStage stage)
{
    return stages[stage].may_refuse;
}

FirnBudget
firn_budget_start(FirnStage stage, int64_t now_ms)
{
    return (FirnBudget){stages[stage].hook_ms, now_ms + stages[stage].all_ms};
}

uint32_t
firn_budget_for_hook(const FirnBudget *self, int64_t now_ms)
{
    int64_t left_ms = self->end_ms - now_ms;

    if (left_ms <= 0)
        return 0;
    return left_ms < self->hook_ms ? (uint32_t)left_ms : self->hook_ms;
}
