/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnVmCondition:
 * @vm: a VM
 * @data: as given to firn_vm_wait()
 *
 * Returns: whether the condition is met
 */
typedef gboolean (*FirnVmCondition)(FirnVm *vm, gpointer data);

/**
 * firn_vm_wait:
 * @is_met: (nullable): called whenever the VM has changed, and at intervals; %NULL: the whole time
 * is waited
 * @data: for @is_met
 * @ms: time limit
 *
 * Job threads only.
 *
 * Returns: whether the condition was met in time
 */
gboolean firn_vm_wait(FirnVm *vm, FirnVmCondition is_met, gpointer data, guint ms);

/**
 * firn_vm_wait_off:
 * @ms: time limit
 *
 * Job threads only.
 *
 * Returns: whether no QEMU uses its disks any more, as its source reports
 */
gboolean firn_vm_wait_off(FirnVm *vm, guint ms);
