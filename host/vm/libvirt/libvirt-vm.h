/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-facts.h"
#include "libvirt-connection.h"
#include "vm.h"

/**
 * FirnLibvirtVm:
 *
 * A libvirt domain.
 */
#define FIRN_TYPE_LIBVIRT_VM (firn_libvirt_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtVm, firn_libvirt_vm, FIRN, LIBVIRT_VM, FirnVm)

/**
 * firn_libvirt_vm_new:
 * @link: connection to libvirt
 * @facts: what libvirt reports about it
 *
 * Returns: (transfer full): the VM
 */
FirnVm *firn_libvirt_vm_new(FirnLibvirtConnection *link,
                            const FirnDomainFacts *facts,
                            FirnCatalogue *catalogue);

/**
 * firn_libvirt_vm_get_link:
 *
 * Any thread.
 *
 * Returns: (transfer none): connection to libvirt
 */
FirnLibvirtConnection *firn_libvirt_vm_get_link(FirnLibvirtVm *self);

/**
 * firn_libvirt_vm_update:
 * @facts: (nullable): what libvirt reports about it now; %NULL: libvirt does not respond
 *
 * Main loop only.
 */
void firn_libvirt_vm_update(FirnLibvirtVm *self, const FirnDomainFacts *facts);
