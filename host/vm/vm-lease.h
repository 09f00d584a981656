/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * The lease of a VM: the durable note, which outlives firnd, that firn may have frozen or paused
 * its guest.
 */

/**
 * firn_vm_lease_take:
 * @self: a VM whose guest is about to be frozen
 * @since_us: microseconds since the epoch
 *
 * Writes the lease and publishes the time since when the guest may be frozen, before any freeze is
 * sent. Job threads only.
 *
 * Returns: %TRUE if the freeze may be sent
 */
gboolean firn_vm_lease_take(FirnVm *self, gint64 since_us, GError **error);

/**
 * firn_vm_lease_end:
 * @self: a VM whose guest is known to be thawed, or gone
 *
 * Job threads only.
 */
void firn_vm_lease_end(FirnVm *self);

/**
 * firn_vm_lease_is_there:
 *
 * Job threads only.
 *
 * Returns: whether a lease exists
 */
gboolean firn_vm_lease_is_there(FirnVm *self);

/**
 * firn_vm_lease_take_stop:
 * @self: a VM whose guest runs and is about to be paused
 *
 * Writes the lease before the pause is sent. Job threads only.
 *
 * Returns: %TRUE if the guest may be paused
 */
gboolean firn_vm_lease_take_stop(FirnVm *self, GError **error);

/**
 * firn_vm_lease_end_stop:
 * @self: a VM whose guest is known to be running, or gone
 *
 * Harmless if there is no lease. Job threads only.
 */
void firn_vm_lease_end_stop(FirnVm *self);
