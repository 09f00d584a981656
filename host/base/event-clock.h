/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnEventClock:
 *
 * Reads the time of day once and then counts monotonically: its times can be shown to people, and
 * their differences are right even if the host's clock is set meanwhile.
 */
typedef struct {
    gint64 wall_us;
    gint64 monotonic_us;
} FirnEventClock;

/**
 * firn_event_clock_init:
 * @self: (out): a clock that starts now
 */
void firn_event_clock_init(FirnEventClock *self);

/**
 * firn_event_clock_now:
 *
 * Returns: microseconds since the epoch
 */
gint64 firn_event_clock_now(const FirnEventClock *self);
