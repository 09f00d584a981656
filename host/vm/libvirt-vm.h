/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libvirt-link.h"
#include "vm.h"

/**
 * FirnDomainFacts:
 * @uuid: the domain, lower case
 * @name: its name
 * @run: number of its QEMU's start; 0: no QEMU runs
 * @state: its run state
 * @word: QEMU's word for it
 *
 * What libvirt said of a domain at one moment.
 */
typedef struct {
    char *uuid; /* (owned) */
    char *name; /* (owned) */
    guint run;
    FirnVmState state;
    const char *word; /* (unowned) a constant */
} FirnDomainFacts;

/**
 * firn_domain_facts_read:
 * @domain: a domain
 *
 * Blocks: not on the main loop.
 *
 * Returns: (transfer full) (nullable): what libvirt says; %NULL if it does not
 */
FirnDomainFacts *firn_domain_facts_read(virDomainPtr domain);

/**
 * firn_domain_facts_free:
 * @self: (nullable): facts
 */
void firn_domain_facts_free(FirnDomainFacts *self);

/**
 * FirnLibvirtVm:
 *
 * A domain of libvirt's.
 */
#define FIRN_TYPE_LIBVIRT_VM (firn_libvirt_vm_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtVm, firn_libvirt_vm, FIRN, LIBVIRT_VM, FirnVm)

/**
 * firn_libvirt_vm_new:
 * @link: where libvirt is
 * @facts: what libvirt says of it
 * @catalogue: its catalogue
 *
 * Returns: (transfer full): the VM
 */
FirnVm *firn_libvirt_vm_new(FirnLibvirtLink *link,
                            const FirnDomainFacts *facts,
                            FirnCatalogue *catalogue);

/**
 * firn_libvirt_vm_get_link:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none): where libvirt is
 */
FirnLibvirtLink *firn_libvirt_vm_get_link(FirnLibvirtVm *self);

/**
 * firn_libvirt_vm_update:
 * @self: a VM
 * @facts: (nullable): what libvirt says of it now; %NULL: libvirt cannot be asked
 *
 * Main loop only.
 */
void firn_libvirt_vm_update(FirnLibvirtVm *self, const FirnDomainFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDomainFacts, firn_domain_facts_free)
