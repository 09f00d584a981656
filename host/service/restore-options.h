/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_options_parse:
 * @vm: the VM
 * @backend: reverts its disks
 * @key: (nullable): the snapshot; %NULL or "": the undo point
 * @vardict: "a{sv}": options of Restore
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the parameters; %NULL with @error set
 */
FirnRestoreParams *firn_restore_options_parse(FirnVm *vm,
                                              FirnBackend *backend,
                                              const char *key,
                                              GVariant *vardict,
                                              GError **error);
