/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnHostClock:
 * @boot_id: identifies the current boot of the host
 * @running_us: microseconds since the boot, including suspension; cannot be set
 * @wall_us: microseconds since the epoch; may be set at any time
 * @data: for both
 *
 * Measures the age of things that outlive firnd. Times of @running_us can be compared as long as
 * @boot_id is the same.
 */
typedef struct {
    const char *boot_id; /* (unowned) */
    gint64 (*running_us)(gpointer data);
    gint64 (*wall_us)(gpointer data);
    gpointer data;
} FirnHostClock;

/**
 * firn_host_clock_real:
 *
 * Reads a file in /proc on the first call.
 *
 * Returns: (transfer none): the clock of this host
 */
const FirnHostClock *firn_host_clock_real(void);
