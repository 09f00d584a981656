/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnEventClock:
 *
 * Tells the time of day once and counts on monotonically from there: times can be shown to people,
 * and their differences hold even if somebody sets the host's clock meanwhile.
 */
typedef struct {
    gint64 wall_us;
    gint64 monotonic_us;
} FirnEventClock;

/**
 * firn_event_clock_init:
 * @self: (out): a clock that begins now
 */
void firn_event_clock_init(FirnEventClock *self);

/**
 * firn_event_clock_now:
 * @self: a clock
 *
 * Returns: microseconds since the epoch
 */
gint64 firn_event_clock_now(const FirnEventClock *self);
