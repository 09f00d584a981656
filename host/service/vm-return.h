/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_vm_return_attach:
 * @iface: a VM's interface
 * @parts: what is called
 * @vm: the VM
 *
 * Answers the calls about going back: Restore, Undo, PlanRestore, ForgetUndo.
 */
void firn_vm_return_attach(FirnDBusVM *iface, const FirnServiceParts *parts, FirnVm *vm);
