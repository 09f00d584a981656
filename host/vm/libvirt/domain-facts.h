/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "run-end.h"
#include "vm.h"

/**
 * FirnDomainFacts:
 * @uuid: the domain, lower case
 * @name: its name
 * @run: libvirt's id of the running domain, a new one for each start; 0: no QEMU runs
 * @state: its run state
 * @word: QEMU's run state as a word
 * @end: how its last run ended, while it is off; %FIRN_RUN_END_NONE: libvirt does not say
 *
 * What libvirt reported about a domain at one moment.
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
 *
 * Blocks: not on the main loop.
 *
 * Returns: (transfer full) (nullable): what libvirt reports; %NULL on failure
 */
FirnDomainFacts *firn_domain_facts_read(virDomainPtr domain);

void firn_domain_facts_free(FirnDomainFacts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDomainFacts, firn_domain_facts_free)
