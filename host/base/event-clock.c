/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-clock.h"

void
firn_event_clock_init(FirnEventClock *self)
{
    self->wall_us = g_get_real_time();
    self->monotonic_us = g_get_monotonic_time();
}

gint64
firn_event_clock_now(const FirnEventClock *self)
{
    return self->wall_us + g_get_monotonic_time() - self->monotonic_us;
}
