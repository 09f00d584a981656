/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-drift.h"

/**
 * FirnDriftWatch:
 *
 * Tracks how a VM's configuration differs from that of its current snapshot: compares whenever the
 * VM was reconfigured, starts or stops, or its catalogue changes, but not while a job works on the
 * VM. Main loop only.
 *
 * Signal "looked" (): a comparison has ended.
 */
#define FIRN_TYPE_DRIFT_WATCH (firn_drift_watch_get_type())
G_DECLARE_FINAL_TYPE(FirnDriftWatch, firn_drift_watch, FIRN, DRIFT_WATCH, GObject)

/**
 * firn_drift_watch_new:
 * @vm: the VM; nothing is compared if its source has no definitions
 *
 * Returns: (transfer full): a watch whose first comparison has started
 */
FirnDriftWatch *firn_drift_watch_new(FirnVm *vm);

/**
 * firn_drift_watch_get:
 *
 * Returns: (transfer none) (nullable): the last result; %NULL before the first one
 */
const FirnVmDrift *firn_drift_watch_get(FirnDriftWatch *self);

/**
 * firn_drift_watch_get_snapshot:
 *
 * Returns: (transfer none): name of the snapshot of the last comparison; "" if none
 */
const char *firn_drift_watch_get_snapshot(FirnDriftWatch *self);

/**
 * firn_drift_watch_refresh:
 * @invocation: (transfer full): a call of VM.Refresh
 *
 * Compares now, and answers when the result is up to date: libvirt does not send an event for every
 * change.
 */
void firn_drift_watch_refresh(FirnDriftWatch *self, GDBusMethodInvocation *invocation);
