/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "policy.h"

/**
 * FirnDaemonConfig:
 * @profile: policy of VMs that have none yet; group [policy], keys max-snapshots,
 * allow-memory, drift-guard and pause-max
 *
 * What firn.conf says.
 */
typedef struct {
    FirnPolicy profile;
} FirnDaemonConfig;

/**
 * firn_daemon_config_read:
 * @self: (out): gets the defaults, and what the file says
 * @path: firn.conf; a missing file says nothing
 * @error: return location for a #GError
 *
 * Unknown groups and keys are errors, so that a misspelt key is never ignored.
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT: a sentence with file, key and what is allowed.
 *
 * Returns: %TRUE if the file is missing or all right
 */
gboolean firn_daemon_config_read(FirnDaemonConfig *self, const char *path, GError **error);
