/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_policy_interface_new:
 * @parts: parts of the service
 *
 * Returns: (transfer full): interface Policy of a VM
 */
FirnDBusPolicy *firn_policy_interface_new(const FirnServiceParts *parts, FirnVm *vm);

/**
 * firn_policy_interface_update:
 * @iface: interface Policy of a VM
 *
 * Publishes the policy in the catalogue.
 */
void firn_policy_interface_update(FirnDBusPolicy *iface, FirnVm *vm);
