/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "hook-request.h"

/**
 * FirnHookKnowledge:
 * @job: number of the job that works on the VM's disks; 0: none
 * @job_operation: (nullable): the operation of that job, "create"
 * @catalogue: the VM's catalogue, also if no VM with this UUID is defined on this host
 *
 * What firnd knows about the domain of a request.
 */
typedef struct {
    guint job;
    const char *job_operation; /* (unowned) (nullable) */
    FirnCatalogue *catalogue;  /* (unowned) */
} FirnHookKnowledge;

/**
 * firn_hook_decide:
 * @request: libvirt's request
 * @knowledge: what firnd knows
 *
 * Main loop: uses memory only. Only prepare, restore and migrate can be refused: if reconnect were
 * refused, libvirt would kill a running guest.
 *
 * Returns: (transfer full) (nullable): the reason for refusing, one sentence for libvirt's caller;
 * %NULL: permitted
 */
char *firn_hook_decide(const FirnHookRequest *request, const FirnHookKnowledge *knowledge);
