/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagnosis.h"
#include "service-parts.h"

/**
 * firn_host_diagnosis_async:
 * @parts: parts of the service
 * @callback: (scope async): called on the main loop, for firn_diagnosis_finish()
 * @user_data: for @callback
 *
 * Checks what all VMs need: bus, polkit, libvirt, hook, state directory, and definitions that
 * cannot be read.
 */
void firn_host_diagnosis_async(const FirnServiceParts *parts,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * firn_host_diagnosis_add_access:
 * @parts: parts of the service
 *
 * Reports who may make changes.
 */
void firn_host_diagnosis_add_access(FirnDiagnosis *diagnosis, const FirnServiceParts *parts);

/**
 * firn_host_diagnosis_add_libvirt:
 * @parts: parts of the service
 *
 * Reports the state of libvirt, and of firn's hook there.
 */
void firn_host_diagnosis_add_libvirt(FirnDiagnosis *diagnosis, const FirnServiceParts *parts);
