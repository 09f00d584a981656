/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * A monotonic clock that tests set forward, so that what takes seconds takes none. Programs that
 * are started with shifted-clock.so and the clock's file in their environment have the same.
 */

/**
 * firn_test_clock_start:
 *
 * Makes the clock, once for the program; before it, the time is the machine's.
 */
void firn_test_clock_start(void);

/**
 * firn_test_clock_setenv:
 * @environment: (transfer full): of a program that is to be started
 *
 * Returns: (transfer full): with the clock in it; unchanged if there is none
 */
GStrv firn_test_clock_setenv(GStrv environment);

/**
 * firn_test_clock_advance:
 * @ms: how far; the clock was started
 *
 * Any thread. A program that sleeps notices it afterwards.
 */
void firn_test_clock_advance(guint ms);

/**
 * firn_test_clock_now_us:
 *
 * Returns: the monotonic time, in microseconds
 */
gint64 firn_test_clock_now_us(void);
