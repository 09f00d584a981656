/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnGuestPause:
 *
 * A guest that firn has paused. Freeing it resumes the guest unless that has happened already. Job
 * threads only.
 */
typedef struct _FirnGuestPause FirnGuestPause;

/**
 * firn_guest_pause_begin:
 * @monitor: of its QEMU, whose guest runs
 *
 * Writes a lease, and pauses the guest.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if the guest does not run; those of firn_vm_lease_take_stop() and
 * firn_channel_call().
 *
 * Returns: (transfer full): the guest is paused; %NULL with @error set, then it runs
 */
FirnGuestPause *firn_guest_pause_begin(FirnVm *vm, FirnChannel *monitor, GError **error);

/**
 * firn_guest_pause_check:
 * @self: a pause that neither firn nor QEMU was asked to end
 *
 * Checks whether another client has resumed the guest.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY; those of firn_run_state_query().
 *
 * Returns: %TRUE if the guest has been paused since firn_guest_pause_begin()
 */
gboolean firn_guest_pause_check(FirnGuestPause *self, GError **error);

/**
 * firn_guest_pause_wait_end:
 * @self: a pause that QEMU will end by itself
 * @ms: how long to wait
 * @out_us: (out): how long the guest was paused, by the times of QEMU's events
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED, %FIRN_QMP_ERROR_DEADLINE.
 *
 * Returns: %TRUE once the guest is resumed
 */
gboolean firn_guest_pause_wait_end(FirnGuestPause *self, guint ms, gint64 *out_us, GError **error);

/**
 * firn_guest_pause_check_alone:
 * @self: a pause that QEMU has ended by itself, after the instant of the saved RAM
 *
 * Counts every stop and every resume. More than one of each means that another client has resumed
 * the guest between the cut and the instant of the saved RAM, and that QEMU has stopped it again.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY; then freeing @self resumes the guest.
 *
 * Returns: %TRUE if no other client has stopped or resumed it
 */
gboolean firn_guest_pause_check_alone(FirnGuestPause *self, GError **error);

/**
 * firn_guest_pause_end:
 * @out_us: (out): how long the guest was paused, by the times of QEMU's events
 *
 * Resumes the guest.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE once the guest is resumed
 */
gboolean firn_guest_pause_end(FirnGuestPause *self, gint64 *out_us, GError **error);

/**
 * firn_guest_pause_free:
 * @self: (nullable): a pause
 *
 * Retries until the guest is known to be resumed, or gone.
 */
void firn_guest_pause_free(FirnGuestPause *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestPause, firn_guest_pause_free)
