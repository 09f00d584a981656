/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-drift.h"

/**
 * FirnDriftWatch:
 *
 * Keeps knowing how a VM's configuration differs from that of its current snapshot: looks whenever
 * the VM is said to have been configured anew, starts or stops, or its catalogue changes. Not while
 * a job works on the VM. Main loop only.
 *
 * Signal "looked" (): there is something new to know.
 */
#define FIRN_TYPE_DRIFT_WATCH (firn_drift_watch_get_type())
G_DECLARE_FINAL_TYPE(FirnDriftWatch, firn_drift_watch, FIRN, DRIFT_WATCH, GObject)

/**
 * firn_drift_watch_new:
 * @vm: the VM; nothing is looked at if its source tells no definitions
 *
 * Returns: (transfer full): a watch that begins to look
 */
FirnDriftWatch *firn_drift_watch_new(FirnVm *vm);

/**
 * firn_drift_watch_get:
 * @self: a watch
 *
 * Returns: (transfer none) (nullable): what was found last; %NULL before the first look
 */
const FirnVmDrift *firn_drift_watch_get(FirnDriftWatch *self);

/**
 * firn_drift_watch_get_snapshot:
 * @self: a watch
 *
 * Returns: (transfer none): name of the snapshot that was compared with; "" if none
 */
const char *firn_drift_watch_get_snapshot(FirnDriftWatch *self);

/**
 * firn_drift_watch_refresh_async:
 * @self: a watch
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Looks now, whatever has or has not been said: libvirt tells nobody of every change.
 */
void firn_drift_watch_refresh_async(FirnDriftWatch *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * firn_drift_watch_refresh_finish:
 * @self: a watch
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Errors: as firn_drift_look_finish().
 *
 * Returns: %TRUE if what is known is of now
 */
gboolean firn_drift_watch_refresh_finish(FirnDriftWatch *self,
                                         GAsyncResult *result,
                                         GError **error);
