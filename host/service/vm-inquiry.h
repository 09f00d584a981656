/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "drift-watch.h"
#include "firn-bus.h"
#include "service-parts.h"

/**
 * firn_vm_inquiry_attach:
 * @iface: a VM's interface
 * @parts: what is called
 * @vm: the VM
 * @watch: what is known of its configuration
 *
 * Answers the calls that find out how a VM is and make nothing of it: Diagnose, TestFreeze,
 * Refresh.
 */
void firn_vm_inquiry_attach(FirnDBusVM *iface,
                            const FirnServiceParts *parts,
                            FirnVm *vm,
                            FirnDriftWatch *watch);
