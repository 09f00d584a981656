/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "service-parts.h"

/**
 * firn_quiesce_call_begin:
 * @parts: parts of the service
 * @vms: (element-type FirnVm FirnVmObject): all VMs
 * @invocation: (transfer full): a call of Manager.Quiesce
 *
 * Checks the permission for every VM, then freezes their guests, then answers with a file
 * descriptor that keeps them frozen. If the caller leaves the bus meanwhile, the guests are thawed.
 */
void firn_quiesce_call_begin(const FirnServiceParts *parts,
                             GHashTable *vms,
                             GDBusMethodInvocation *invocation);
