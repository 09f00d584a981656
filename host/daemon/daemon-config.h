/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "policy.h"

/**
 * FirnDaemonConfig:
 * @profile: policy of VMs that have none yet; group [policy], keys max-snapshots,
 * allow-memory, drift-guard and pause-max
 *
 * The contents of firn.conf.
 */
typedef struct {
    FirnPolicy profile;
} FirnDaemonConfig;

/**
 * firn_daemon_config_read:
 * @self: (out): the defaults, changed by the file
 * @path: firn.conf; a missing file means the defaults
 *
 * Unknown groups and keys are errors, so that a misspelt key is never ignored.
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT: names file, key and the allowed values.
 *
 * Returns: %TRUE if the file is missing or valid
 */
gboolean firn_daemon_config_read(FirnDaemonConfig *self, const char *path, GError **error);
