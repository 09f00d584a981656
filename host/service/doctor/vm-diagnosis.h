/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagnosis.h"
#include "service-parts.h"

/**
 * firn_vm_diagnosis_async:
 * @parts: parts of the service
 * @callback: (scope async): called on the main loop, for firn_diagnosis_finish()
 * @user_data: for @callback
 *
 * Checks everything that a snapshot of a VM needs, and changes nothing: monitor, agent, disks,
 * space, catalogue, limit, polkit; for a domain also libvirt, hook, definition.
 */
void firn_vm_diagnosis_async(const FirnServiceParts *parts,
                             FirnVm *vm,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
