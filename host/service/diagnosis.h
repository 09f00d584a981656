/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "authority.h"
#include "backend.h"

#define FIRN_DIAGNOSIS_TYPE "a(sssss)"

/**
 * firn_diagnosis_async:
 * @vm: the VM
 * @backend: stores its disks
 * @authority: who may change something
 * @callback: (scope async): called on the main loop
 * @user_data: for @callback
 *
 * Looks at everything that a snapshot needs, and changes nothing: monitor, agent, disks, catalogue,
 * limit, polkit.
 */
void firn_diagnosis_async(FirnVm *vm,
                          FirnBackend *backend,
                          FirnAuthority *authority,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * firn_diagnosis_finish:
 * @result: what the callback was given
 *
 * Returns: (transfer full): FIRN_DIAGNOSIS_TYPE: (word, severity: ok, warning, error; subject;
 * message; remedy)
 */
GVariant *firn_diagnosis_finish(GAsyncResult *result);
