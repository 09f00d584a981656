/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * FirnStage:
 * @FIRN_STAGE_PREPARE: slow work before the freeze: a dump, a checkpoint
 * @FIRN_STAGE_FREEZE: the application must be consistent on disk, and stay so
 * @FIRN_STAGE_THAW: the application may resume
 * @FIRN_STAGE_POST: the backup is over
 *
 * What hooks are called for; the name of the stage is their first argument.
 */
typedef enum {
    FIRN_STAGE_PREPARE,
    FIRN_STAGE_FREEZE,
    FIRN_STAGE_THAW,
    FIRN_STAGE_POST,
    FIRN_N_STAGES,
} FirnStage;

/**
 * FirnBudget:
 * @hook_ms: how long one hook may run
 * @end_ms: when the whole stage must have ended
 *
 * The time that the hooks of one stage share. Clock: milliseconds since the guest's boot.
 */
typedef struct {
    uint32_t hook_ms;
    int64_t end_ms;
} FirnBudget;

/**
 * firn_stage_name:
 *
 * Returns: "prepare", "freeze", "thaw" or "post"
 */
const char *firn_stage_name(FirnStage stage);

/**
 * firn_stage_find:
 * @name: what a user has typed
 * @out_stage: (out): untouched if there is no such stage
 *
 * Returns: whether @name is a stage
 */
bool firn_stage_find(const char *name, FirnStage *out_stage);

/**
 * firn_stage_may_refuse:
 *
 * Returns: whether a failed hook of this stage makes the writer refuse the snapshot; thaw and post
 * hooks are too late for that
 */
bool firn_stage_may_refuse(FirnStage stage);

/**
 * firn_budget_start:
 * @now_ms: milliseconds since the guest's boot
 *
 * Returns: the budget of a stage that starts now. Source of the sums: qemu-ga waits 60 s from the
 * start of the freeze stage to the frozen state, which all writers and the flush share.
 */
FirnBudget firn_budget_start(FirnStage stage, int64_t now_ms);

/**
 * firn_budget_for_hook:
 * @now_ms: milliseconds since the guest's boot
 *
 * Returns: how many milliseconds the next hook may run; 0: it must not be started
 */
uint32_t firn_budget_for_hook(const FirnBudget *self, int64_t now_ms);
