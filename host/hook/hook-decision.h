/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "hook-request.h"

/**
 * FirnHookKnowledge:
 * @job: number of a job that works on the VM's disks; 0: none
 * @job_operation: (nullable): what that job does, "create"
 * @catalogue: the VM's catalogue, also when no VM of this UUID is defined here
 *
 * What firnd knows of a domain that libvirt asks about.
 */
typedef struct {
    guint job;
    const char *job_operation; /* (unowned) (nullable) */
    FirnCatalogue *catalogue;  /* (unowned) */
} FirnHookKnowledge;

/**
 * firn_hook_decide:
 * @request: what libvirt asks
 * @knowledge: what firnd knows
 *
 * Main loop: looks at memory alone. Only prepare, restore and migrate can be refused; refusing
 * reconnect would make libvirt kill a running guest.
 *
 * Returns: (transfer full) (nullable): why not, one sentence for whoever asked libvirt; %NULL: go
 * on
 */
char *firn_hook_decide(const FirnHookRequest *request, const FirnHookKnowledge *knowledge);
