/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "state-dir.h"
#include "vm.h"

/**
 * What firn knows about how the last run of each VM ended. While firnd runs, it follows QEMU's
 * events and what the source reports; a note on stable storage (run-note.h) passes this on to the
 * next firnd. A VM that is off counts as shut down only if that was seen.
 */

/**
 * firn_last_run_attach:
 * @vm: a VM under construction
 *
 * Only for #FirnVm.
 */
void firn_last_run_attach(FirnVm *vm);

/**
 * firn_last_run_keep:
 * @directory: folder of the notes
 *
 * Call once. Without it, nothing is kept beyond this firnd.
 */
void firn_last_run_keep(FirnVm *vm, FirnStateDir *directory);

/**
 * firn_last_run_set_state:
 * @state: its new state
 *
 * Any thread; only for firn_vm_set_state().
 */
void firn_last_run_set_state(FirnVm *vm, FirnVmState state);

/**
 * firn_last_run_hear:
 * @event: name of an event of its QEMU
 * @data: (nullable): its data
 *
 * Any thread; for implementations of VMs.
 */
void firn_last_run_hear(FirnVm *vm, const char *event, JsonObject *data);

/**
 * firn_last_run_report:
 * @end: how its last run ended, as its source reports; %FIRN_RUN_END_NONE: not reported
 *
 * Any thread, before the state is set; for implementations of VMs.
 */
void firn_last_run_report(FirnVm *vm, FirnRunEnd end);

/**
 * firn_last_run_judge:
 * @vm: a VM that is off
 *
 * Job threads only.
 *
 * Returns: how its last run ended, as far as that is proved; never %FIRN_RUN_END_NONE or
 * %FIRN_RUN_END_RUNNING
 */
FirnRunEnd firn_last_run_judge(FirnVm *vm);

/**
 * firn_last_run_hold:
 *
 * Call before firn itself writes to the images, which does not change the guest's data: the end of
 * the last run stays valid. Job threads only.
 */
void firn_last_run_hold(FirnVm *vm);

/**
 * firn_last_run_release:
 * @vm: a VM for which firn_last_run_hold() was called
 *
 * Job threads only.
 */
void firn_last_run_release(FirnVm *vm);

/**
 * firn_last_run_note_revert:
 * @vm: a VM that is off, after firn_last_run_hold()
 * @end: what the images hold from now on: the state after a run that ended so
 *
 * Records that firn has reverted the images. Job threads only.
 */
void firn_last_run_note_revert(FirnVm *vm, FirnRunEnd end);
