/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-info.h"
#include "vm.h"

/**
 * FirnAgentLack:
 * @indication: FIRN_INDICATION_...
 * @code: of the blocker
 * @subject: what it is about
 * @text: what is the matter
 * @remedy: what to do about this very cause
 *
 * Why an agent is of no use for a freeze.
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
 * @vm: the VM, which ran when its agent was called
 * @error: why a call to its agent, or the opening of it, has failed
 *
 * Looks at the VM once more: with a guest that has gone meanwhile nothing is wrong. Job threads
 * only.
 *
 * Returns: (transfer full): the cause and its remedy
 */
FirnAgentLack *firn_agent_lack_of_error(FirnVm *vm, const GError *error);

/**
 * firn_agent_lack_of_info:
 * @info: what an agent can do, which does not do for a freeze
 *
 * Returns: (transfer full): the cause and its remedy
 */
FirnAgentLack *firn_agent_lack_of_info(const FirnGuestInfo *info);

/**
 * firn_agent_lack_of_foreign_freeze:
 *
 * Returns: (transfer full): somebody else has frozen the guest
 */
FirnAgentLack *firn_agent_lack_of_foreign_freeze(void);

/**
 * firn_agent_lack_dup_departure:
 * @vm: a VM that ran a moment ago
 *
 * Job threads only.
 *
 * Returns: (transfer full) (nullable): what has become of it, if it does not run any more
 */
char *firn_agent_lack_dup_departure(FirnVm *vm);

/**
 * firn_agent_lack_free:
 * @self: (nullable): a lack
 */
void firn_agent_lack_free(FirnAgentLack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnAgentLack, firn_agent_lack_free)
