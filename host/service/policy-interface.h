/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_policy_interface_new:
 * @parts: what it calls
 * @vm: the VM
 *
 * Returns: (transfer full): interface Policy of a VM
 */
FirnDBusPolicy *firn_policy_interface_new(const FirnServiceParts *parts, FirnVm *vm);

/**
 * firn_policy_interface_update:
 * @iface: interface Policy of a VM
 * @vm: the VM
 *
 * Shows the policy that the catalogue has now.
 */
void firn_policy_interface_update(FirnDBusPolicy *iface, FirnVm *vm);
