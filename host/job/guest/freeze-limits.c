/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-limits.h"

void
firn_freeze_limits_init(FirnFreezeLimits *self)
{
    self->quiesce = FIRN_QUIESCE_REQUIRE;
    self->deadline_ms = FIRN_LIMIT_DEADLINE_MS_DEFAULT;
    self->freeze_wait_ms = FIRN_LIMIT_FREEZE_WAIT_MS_DEFAULT;
    self->frozen_max_ms = 0;
}

guint
firn_freeze_limits_get_frozen_max_ms(const FirnFreezeLimits *self, const char *os_id)
{
    if (self->frozen_max_ms != 0)
        return self->frozen_max_ms;
    return g_strcmp0(os_id, "mswindows") == 0 ? FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT_WINDOWS
                                              : FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT;
}
