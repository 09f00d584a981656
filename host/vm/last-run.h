/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "state-dir.h"
#include "vm.h"

/**
 * What firn knows of how the last run of each VM has ended. QEMU's events and the words of a source
 * are followed while firnd runs, and a note on stable storage (run-note.h) tells the next firnd. A
 * VM that is off is called shut down only if somebody has seen that.
 */

/**
 * firn_last_run_attach:
 * @vm: a VM that is being made
 *
 * For #FirnVm alone.
 */
void firn_last_run_attach(FirnVm *vm);

/**
 * firn_last_run_keep:
 * @vm: a VM
 * @directory: where the notes are
 *
 * Once. Without, nothing outlives this firnd.
 */
void firn_last_run_keep(FirnVm *vm, FirnStateDir *directory);

/**
 * firn_last_run_set_state:
 * @vm: a VM
 * @state: its state from now on
 *
 * Any thread; for firn_vm_set_state() alone.
 */
void firn_last_run_set_state(FirnVm *vm, FirnVmState state);

/**
 * firn_last_run_hear:
 * @vm: a VM
 * @event: name of an event of its QEMU
 * @data: (nullable): its data
 *
 * Any thread; for implementations of VMs.
 */
void firn_last_run_hear(FirnVm *vm, const char *event, JsonObject *data);

/**
 * firn_last_run_report:
 * @vm: a VM
 * @end: how its source says that its last run has ended; %FIRN_RUN_END_NONE: it does not say
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
 * Returns: how its last run has ended, as far as that is proved; never %FIRN_RUN_END_NONE nor
 * %FIRN_RUN_END_RUNNING
 */
FirnRunEnd firn_last_run_judge(FirnVm *vm);

/**
 * firn_last_run_hold:
 * @vm: a VM
 *
 * firn itself is about to write to its images, which changes nothing that its guest has written.
 * Job threads only.
 */
void firn_last_run_hold(FirnVm *vm);

/**
 * firn_last_run_release:
 * @vm: a VM that is held
 *
 * Job threads only.
 */
void firn_last_run_release(FirnVm *vm);

/**
 * firn_last_run_go_back:
 * @vm: a VM that is off and held
 * @end: what its images hold from now on: as after a run that has ended so
 *
 * firn has reverted its images. Job threads only.
 */
void firn_last_run_go_back(FirnVm *vm, FirnRunEnd end);
