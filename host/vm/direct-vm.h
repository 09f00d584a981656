/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine-file.h"
#include "vm.h"

/**
 * FirnDirectVm:
 *
 * A VM whose QEMU somebody else runs: a monitor socket and an agent socket. The monitor stays
 * connected while QEMU runs; the agent's socket is held only while a job needs it, so that others
 * can use it too.
 */
#define FIRN_TYPE_DIRECT_VM (firn_direct_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnDirectVm, firn_direct_vm, FIRN, DIRECT_VM, FirnVm)

/**
 * firn_direct_vm_new:
 * @file: (transfer full): what its file says
 * @catalogue: its catalogue
 *
 * Returns: (transfer full): a VM that is not connected yet
 */
FirnVm *firn_direct_vm_new(FirnMachineFile *file, FirnCatalogue *catalogue);

/**
 * firn_direct_vm_get_file:
 * @self: a VM
 *
 * Returns: (transfer none): what its file says
 */
const FirnMachineFile *firn_direct_vm_get_file(FirnDirectVm *self);

/**
 * firn_direct_vm_set_service_bus:
 * @self: a VM
 * @bus: (nullable): the bus whose systemd starts its QEMU, as for firn_service_manager_new();
 * %NULL, the default: none
 *
 * Before firn_direct_vm_start().
 */
void firn_direct_vm_set_service_bus(FirnDirectVm *self, const char *bus);

/**
 * firn_direct_vm_get_service_bus:
 * @self: a VM
 *
 * Returns: (transfer none) (nullable): the bus whose systemd starts its QEMU
 */
const char *firn_direct_vm_get_service_bus(FirnDirectVm *self);

/**
 * firn_direct_vm_start:
 * @self: a VM
 *
 * Connects to the monitor if there is one, and again whenever its socket appears. Main loop only.
 */
void firn_direct_vm_start(FirnDirectVm *self);

/**
 * firn_direct_vm_stop:
 * @self: a VM
 *
 * Drops the connection and watches no longer. Main loop only.
 */
void firn_direct_vm_stop(FirnDirectVm *self);
