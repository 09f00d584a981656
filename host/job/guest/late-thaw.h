/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_late_thaw:
 * @vm: a VM whose guest may be frozen, though no job of this firnd has frozen it
 * @since_us: since when, microseconds since the epoch
 * @is_sent: an earlier firnd may have sent a freeze that has not arrived yet
 *
 * Takes a lease, thaws, and returns when the guest is thawed or gone. Job threads only.
 */
void firn_late_thaw(FirnVm *vm, gint64 since_us, gboolean is_sent);
