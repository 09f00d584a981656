/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-drift.h"

#define FIRN_DRIFT_LOOK_LIMIT_MS 2000

/**
 * firn_drift_look_async:
 * @snapshot: (nullable): one of its records to compare with
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Runs firn_vm_drift_read() and firn_vm_drift_check_needs() in a thread, for at most
 * FIRN_DRIFT_LOOK_LIMIT_MS.
 */
void firn_drift_look_async(FirnVm *vm,
                           FirnSnapshot *snapshot,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/**
 * firn_drift_look_finish:
 * @result: as given to the callback
 *
 * Errors: those of firn_vm_drift_read(); %FIRN_HOST_ERROR_VM_UNREACHABLE after the time limit.
 *
 * Returns: (transfer full): the differences; %NULL with @error set
 */
FirnVmDrift *firn_drift_look_finish(GAsyncResult *result, GError **error);
