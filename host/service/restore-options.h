/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "methods.h"
#include "restore-plan.h"

/**
 * firn_restore_options_parse:
 * @backend: reverts its disks
 * @call: a call of Restore or PlanRestore, "(sa{sv})", the empty name means the undo point; or of
 * Undo, "(a{sv})"
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the parameters; %NULL with @error set
 */
FirnRestoreParams *firn_restore_options_parse(FirnVm *vm,
                                              FirnBackend *backend,
                                              const FirnCall *call,
                                              GError **error);
