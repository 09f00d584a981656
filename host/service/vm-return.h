/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_vm_return_attach:
 * @iface: a VM's interface
 * @parts: parts of the service
 * @vm: the VM
 *
 * Handles the calls about restoring: Restore, Undo, PlanRestore, ForgetUndo.
 */
void firn_vm_return_attach(FirnDBusVM *iface, const FirnServiceParts *parts, FirnVm *vm);
