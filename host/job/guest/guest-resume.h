/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnGuestResumed:
 * @agent: "ok", or "unsupported": no agent has answered
 * @frozen: "no"; "thawed": it had been frozen when its RAM was saved; "unknown"
 * @clock: "ok", "failed", "blocked": the agent's configuration forbids it, or "unsupported"
 *
 * What was done in a guest that has resumed from saved RAM; constants.
 */
typedef struct {
    const char *agent;
    const char *frozen;
    const char *clock;
} FirnGuestResumed;

/**
 * firn_guest_resume_finish:
 * @vm: a VM whose guest runs
 * @out_resumed: (out): the outcome
 *
 * Thaws the guest if it is frozen, and sets its clock. Takes at most 10 s if the agent does not
 * answer; no failure is fatal. Job threads only.
 */
void firn_guest_resume_finish(FirnVm *vm, FirnGuestResumed *out_resumed);
