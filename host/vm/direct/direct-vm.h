/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine-file.h"
#include "vm.h"

/**
 * FirnDirectVm:
 *
 * A VM whose QEMU is run by another program, reached through a monitor socket and an agent socket.
 * The monitor stays connected while QEMU runs; the agent's socket is held only while a job needs
 * it, so that other programs can use it too.
 */
#define FIRN_TYPE_DIRECT_VM (firn_direct_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnDirectVm, firn_direct_vm, FIRN, DIRECT_VM, FirnVm)

/**
 * firn_direct_vm_new:
 * @file: (transfer full): its machine file
 *
 * Returns: (transfer full): a VM that is not connected yet
 */
FirnVm *firn_direct_vm_new(FirnMachineFile *file, FirnCatalogue *catalogue);

/**
 * firn_direct_vm_get_file:
 *
 * Returns: (transfer none): its machine file
 */
const FirnMachineFile *firn_direct_vm_get_file(FirnDirectVm *self);

/**
 * firn_direct_vm_set_service_bus:
 * @bus: (nullable): the bus of the systemd that starts its QEMU, see firn_service_manager_new();
 * %NULL, the default: none
 *
 * Must be called before firn_direct_vm_start().
 */
void firn_direct_vm_set_service_bus(FirnDirectVm *self, const char *bus);

/**
 * firn_direct_vm_get_service_bus:
 *
 * Returns: (transfer none) (nullable): the bus of the systemd that starts its QEMU
 */
const char *firn_direct_vm_get_service_bus(FirnDirectVm *self);

/**
 * firn_direct_vm_start:
 *
 * Connects to the monitor if its socket exists, and again whenever the socket appears. Main loop
 * only.
 */
void firn_direct_vm_start(FirnDirectVm *self);

/**
 * firn_direct_vm_stop:
 *
 * Closes the connection and stops watching. Main loop only.
 */
void firn_direct_vm_stop(FirnDirectVm *self);
