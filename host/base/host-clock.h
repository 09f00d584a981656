/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnHostClock:
 * @boot_id: which start of the host this is
 * @running_us: microseconds since then, suspension included; nobody can set it
 * @wall_us: microseconds since the epoch; somebody may set it at any time
 * @data: for both
 *
 * How old things are that outlive firnd. Times of @running_us can be compared while @boot_id is the
 * same.
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
 * Reads a file of the kernel the first time.
 *
 * Returns: (transfer none): the clock of this host
 */
const FirnHostClock *firn_host_clock_real(void);
