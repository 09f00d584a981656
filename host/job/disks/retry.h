/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnRetry:
 * @end_us: when it ends, on the monotonic clock
 *
 * How long to retry while a QEMU is exiting, whose monitor closes some time before its image locks
 * are released, or while libvirtd is restarting.
 */
typedef struct {
    gint64 end_us;
} FirnRetry;

/**
 * firn_retry_init:
 * @self: (out): a deadline 5 s from now
 */
void firn_retry_init(FirnRetry *self);

/**
 * firn_retry_waits:
 * @failure: why a step on the disks of a VM failed
 * @is_off: the step was made without a QEMU
 *
 * Waits a moment if the failure may be that of a QEMU that is exiting, or of a libvirtd that is
 * restarting. Job threads only.
 *
 * Returns: %TRUE if the step should be tried again
 */
gboolean firn_retry_waits(FirnRetry *self, const GError *failure, gboolean is_off);
