/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "create-job.h"
#include "methods.h"

/**
 * firn_create_options_parse:
 * @backend: makes the snapshots of the disks
 * @call: a call of CreateSnapshot or PlanSnapshot: "(sa{sv})"
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the parameters; %NULL with @error set
 */
FirnCreateParams *firn_create_options_parse(FirnVm *vm,
                                            FirnBackend *backend,
                                            const FirnCall *call,
                                            GError **error);
