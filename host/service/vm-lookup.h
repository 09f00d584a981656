/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "vm-source.h"

/**
 * firn_vm_lookup_begin:
 * @source: where VMs come from
 * @vms: (element-type FirnVm): its VMs and the orphans, as keys
 * @key: name or UUID
 * @invocation: (transfer full): a call of Manager.LookupVm
 *
 * Answers with the path of a VM. A name takes precedence over a UUID: VMs of different sources may
 * have the same name; and a defined VM takes precedence over orphans of the same name. If no
 * defined VM has it, @source looks first, for 5 s at most: it may have been defined just now.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_FOUND; %FIRN_HOST_ERROR_VM_UNREACHABLE if a source did not tell;
 * %FIRN_HOST_ERROR_INVALID_ARGUMENT if several VMs have the name.
 */
void firn_vm_lookup_begin(FirnVmSource *source,
                          GHashTable *vms,
                          const char *key,
                          GDBusMethodInvocation *invocation);
