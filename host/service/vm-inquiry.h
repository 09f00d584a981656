/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "drift-watch.h"
#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_vm_inquiry_attach:
 * @iface: a VM's interface
 * @parts: parts of the service
 * @vm: the VM
 * @watch: tracks its configuration
 *
 * Handles the calls that check a VM without changing its snapshots: Diagnose, TestFreeze, Refresh.
 */
void firn_vm_inquiry_attach(FirnDBusVM *iface,
                            const FirnServiceParts *parts,
                            FirnVm *vm,
                            FirnDriftWatch *watch);
