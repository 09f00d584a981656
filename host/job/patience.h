/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnPatience:
 * @end_us: when it ends, on the monotonic clock
 *
 * How long a QEMU that is about to end is waited for: its monitor goes some time before its locks
 * on the images do. And a libvirt that is being restarted.
 */
typedef struct {
    gint64 end_us;
} FirnPatience;

/**
 * firn_patience_init:
 * @self: (out): patience of 5 s from now
 */
void firn_patience_init(FirnPatience *self);

/**
 * firn_patience_waits:
 * @self: patience
 * @failure: why a step on the disks of a VM failed
 * @is_off: no QEMU was there for it
 *
 * Waits a moment if the failure may be that of a QEMU that is about to end, or of a libvirt that
 * comes back. Job threads only.
 *
 * Returns: %TRUE if the step is worth another try
 */
gboolean firn_patience_waits(FirnPatience *self, const GError *failure, gboolean is_off);
