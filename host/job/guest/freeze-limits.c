/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-limits.h"

void
firn_freeze_limits_init(FirnFreezeLimits *self)
{
    self->quiesce = FIRN_QUIESCE_REQUIRE;
    self->deadline_ms = FIRN_LIMIT_DEADLINE_MS_DEFAULT;
    self->freeze_wait_ms = 0;
    self->frozen_max_ms = 0;
    self->retry_min_ms = FIRN_LIMIT_RETRY_MIN_MS_DEFAULT;
}

static gboolean
is_windows(const char *os_id)
{
    return g_strcmp0(os_id, "mswindows") == 0;
}

guint
firn_freeze_limits_get_freeze_wait_ms(const FirnFreezeLimits *self, const char *os_id)
{
    if (self->freeze_wait_ms != 0)
        return self->freeze_wait_ms;
    return is_windows(os_id) ? FIRN_LIMIT_IN_ALL_MS_DEFAULT_WINDOWS
                             : FIRN_LIMIT_FREEZE_WAIT_MS_DEFAULT;
}

guint
firn_freeze_limits_get_frozen_max_ms(const FirnFreezeLimits *self, const char *os_id)
{
    if (self->frozen_max_ms != 0)
        return is_windows(os_id) ? MIN(self->frozen_max_ms, FIRN_LIMIT_FROZEN_MAX_MS_MAX_WINDOWS)
                                 : self->frozen_max_ms;
    return is_windows(os_id) ? FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT_WINDOWS
                             : FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT;
}

/* Writers are released 60 s after they were frozen, and those of Exchange after 20 s. */
guint
firn_freeze_limits_get_in_all_max_ms(const FirnFreezeLimits *self, const char *os_id)
{
    if (!is_windows(os_id))
        return 0;
    return CLAMP(self->freeze_wait_ms,
                 FIRN_LIMIT_IN_ALL_MS_DEFAULT_WINDOWS,
                 FIRN_LIMIT_IN_ALL_MS_MAX_WINDOWS);
}
