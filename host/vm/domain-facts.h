/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "run-end.h"
#include "vm.h"

/**
 * FirnDomainFacts:
 * @uuid: the domain, lower case
 * @name: its name
 * @run: number of its QEMU's start; 0: no QEMU runs
 * @state: its run state
 * @word: QEMU's word for it
 * @end: how its last run has ended, while it is off; %FIRN_RUN_END_NONE: libvirt does not say
 *
 * What libvirt said of a domain at one moment.
 */
typedef struct {
    char *uuid; /* (owned) */
    char *name; /* (owned) */
    guint run;
    FirnVmState state;
    const char *word; /* (unowned) a constant */
    FirnRunEnd end;
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDomainFacts, firn_domain_facts_free)
