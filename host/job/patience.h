/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnPatience:
 * @end_us: when it ends, on the monotonic clock
 *
 * How long to retry while a QEMU is exiting, whose monitor closes some time before its image locks
 * are released, or while libvirtd is restarting.
 */
typedef struct {
    gint64 end_us;
} FirnPatience;

/**
 * firn_patience_init:
 * @self: (out): a deadline 5 s from now
 */
void firn_patience_init(FirnPatience *self);

/**
 * firn_patience_waits:
 * @self: a retry deadline
 * @failure: why a step on the disks of a VM failed
 * @is_off: the step was made without a QEMU
 *
 * Waits a moment if the failure may be that of a QEMU that is exiting, or of a libvirtd that is
 * restarting. Job threads only.
 *
 * Returns: %TRUE if the step should be tried again
 */
gboolean firn_patience_waits(FirnPatience *self, const GError *failure, gboolean is_off);
