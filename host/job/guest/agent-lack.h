/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-info.h"
#include "vm.h"

/**
 * FirnAgentLack:
 * @indication: FIRN_INDICATION_...
 * @code: of the blocker
 * @subject: what it is about
 * @text: the cause
 * @remedy: what to do about this cause
 *
 * Why an agent cannot be used for a freeze.
 */
typedef struct {
    const char *indication; /* (unowned) */
    const char *code;       /* (unowned) */
    const char *subject;    /* (unowned) */
    char *text;             /* (owned) */
    const char *remedy;     /* (unowned) */
} FirnAgentLack;

/**
 * firn_agent_lack_of_error:
 * @vm: the VM, which was running when its agent was called
 * @error: why a call to its agent, or opening the channel to it, failed
 *
 * Queries the VM once more: if it has been stopped in the meantime, its agent is not at fault. Job
 * threads only.
 *
 * Returns: (transfer full): the cause and its remedy
 */
FirnAgentLack *firn_agent_lack_of_error(FirnVm *vm, const GError *error);

/**
 * firn_agent_lack_of_info:
 * @info: what an agent can do, which is not enough for a freeze
 *
 * Returns: (transfer full): the cause and its remedy
 */
FirnAgentLack *firn_agent_lack_of_info(const FirnGuestInfo *info);

/**
 * firn_agent_lack_of_foreign_freeze:
 *
 * Returns: (transfer full): the guest was frozen by another user or program
 */
FirnAgentLack *firn_agent_lack_of_foreign_freeze(void);

/**
 * firn_agent_lack_dup_departure:
 * @vm: a VM that was running a moment ago
 *
 * Job threads only.
 *
 * Returns: (transfer full) (nullable): its new state, if it is no longer running
 */
char *firn_agent_lack_dup_departure(FirnVm *vm);

void firn_agent_lack_free(FirnAgentLack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnAgentLack, firn_agent_lack_free)
