/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-parts.h"

/**
 * FirnVmObject:
 *
 * One VM on the bus: interfaces VM and Policy, and the objects of its snapshots. It leaves the bus
 * when it is disposed of.
 */
#define FIRN_TYPE_VM_OBJECT (firn_vm_object_get_type())
G_DECLARE_FINAL_TYPE(FirnVmObject, firn_vm_object, FIRN, VM_OBJECT, GObject)

/**
 * firn_vm_object_new:
 * @parts: parts of the service
 *
 * Returns: (transfer full): an object that is on the bus, with its snapshots
 */
FirnVmObject *firn_vm_object_new(const FirnServiceParts *parts, FirnVm *vm);
