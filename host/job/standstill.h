/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnStandstill:
 *
 * A guest that stands still because firn has stopped it. Whoever drops one that has not ended lets
 * the guest go on. All of it is for job threads.
 */
typedef struct _FirnStandstill FirnStandstill;

/**
 * firn_standstill_begin:
 * @vm: a VM
 * @monitor: of its QEMU, whose guest runs
 * @error: return location for a #GError
 *
 * Writes a lease, and stops the guest.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if it does not run; those of
 * firn_vm_lease_take_stop() and firn_channel_call().
 *
 * Returns: (transfer full): the guest stands still; %NULL with @error set, then it runs
 */
FirnStandstill *firn_standstill_begin(FirnVm *vm, FirnChannel *monitor, GError **error);

/**
 * firn_standstill_check:
 * @self: a standstill that nobody was told to end yet
 * @error: return location for a #GError
 *
 * Sees whether somebody else has ended it.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY; those of firn_run_state_query().
 *
 * Returns: %TRUE if the guest has stood still since firn_standstill_begin()
 */
gboolean firn_standstill_check(FirnStandstill *self, GError **error);

/**
 * firn_standstill_wait_end:
 * @self: a standstill that QEMU is going to end by itself
 * @ms: how long to wait
 * @out_us: (out): how long the guest stood still, by when QEMU's events came
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED, %FIRN_QMP_ERROR_DEADLINE.
 *
 * Returns: %TRUE once the guest goes on
 */
gboolean firn_standstill_wait_end(FirnStandstill *self, guint ms, gint64 *out_us, GError **error);

/**
 * firn_standstill_check_alone:
 * @self: a standstill that QEMU has ended by itself, after the instant of its RAM
 * @error: return location for a #GError
 *
 * Counts every stop and every resume. More than one of each means that somebody else has let the
 * guest go on between the cut and the instant of its RAM, and that QEMU has stopped it once more.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY; then whoever drops it lets the guest go on.
 *
 * Returns: %TRUE if nobody else has stopped or resumed it
 */
gboolean firn_standstill_check_alone(FirnStandstill *self, GError **error);

/**
 * firn_standstill_end:
 * @self: a standstill
 * @out_us: (out): how long the guest stood still, by when QEMU's events came
 * @error: return location for a #GError
 *
 * Lets the guest go on.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE once it does
 */
gboolean firn_standstill_end(FirnStandstill *self, gint64 *out_us, GError **error);

/**
 * firn_standstill_free:
 * @self: (nullable): a standstill
 *
 * Returns once the guest is known to go on, or to be gone: it is tried again until then.
 */
void firn_standstill_free(FirnStandstill *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnStandstill, firn_standstill_free)
