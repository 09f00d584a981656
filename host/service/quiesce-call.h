/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "service-parts.h"

/**
 * firn_quiesce_call_begin:
 * @parts: the service's
 * @vms: (element-type FirnVm FirnVmObject): all VMs
 * @invocation: (transfer full): a call of Manager.Quiesce
 *
 * Asks for the permission for every VM, then freezes their guests, then answers with a descriptor
 * that keeps them frozen. A caller who dies meanwhile leaves nothing frozen.
 */
void firn_quiesce_call_begin(const FirnServiceParts *parts,
                             GHashTable *vms,
                             GDBusMethodInvocation *invocation);
