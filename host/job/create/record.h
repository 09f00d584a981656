/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_record_plan:
 * @check: a check without blockers
 *
 * Writes the disks to cut into the future record. Job threads only.
 */
void firn_record_plan(FirnCheck *check);

/**
 * firn_record_snapshot:
 * @check: what was planned, cut, verified and judged
 *
 * Completes the record and adds it to the VM's catalogue, durably. A failure must be followed by
 * firn_delete_snapshot_run(). Job threads only.
 *
 * Returns: %TRUE once the snapshot is in the catalogue
 */
gboolean firn_record_snapshot(FirnCheck *check, GError **error);

/**
 * firn_record_host_hooks:
 * @vm: a VM
 * @uuid: a new snapshot of it
 * @reports: (element-type FirnHookReport): what the host's hooks did around its job
 *
 * Adds them to the evidence of that snapshot, durably; does nothing if there are none. What fails
 * is only logged: the snapshot stands. Job threads only.
 */
void firn_record_host_hooks(FirnVm *vm, const char *uuid, GPtrArray *reports);
