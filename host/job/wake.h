/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnWaking:
 * @agent: "ok", or "unsupported": no agent has answered
 * @frozen: "no"; "thawed": it had been frozen when its RAM was taken; "unknown"
 * @clock: "ok", "failed", "blocked": the agent's configuration forbids it, or "unsupported"
 *
 * What was seen to in a guest that goes on from RAM of some time ago; constants.
 */
typedef struct {
    const char *agent;
    const char *frozen;
    const char *clock;
} FirnWaking;

/**
 * firn_wake_guest:
 * @vm: a VM whose guest runs
 * @out_waking: (out): how that went
 *
 * Thaws the guest if it is frozen, and tells it what time it is. Takes 10 s at most if the agent
 * does not answer; nothing of it is fatal. Job threads only.
 */
void firn_wake_guest(FirnVm *vm, FirnWaking *out_waking);
