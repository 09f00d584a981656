/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "create-job.h"

/**
 * firn_create_options_parse:
 * @vm: the VM
 * @backend: makes the snapshots of the disks
 * @parameters: "(sa{sv})": arguments of CreateSnapshot and PlanSnapshot
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the parameters; %NULL with @error set
 */
FirnCreateParams *firn_create_options_parse(FirnVm *vm,
                                            FirnBackend *backend,
                                            GVariant *parameters,
                                            GError **error);
