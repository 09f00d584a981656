/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_POLICY_MAX_SNAPSHOTS_DEFAULT 3
#define FIRN_POLICY_MAX_SNAPSHOTS_LIMIT                                                            \
    65535 /* qcow2 counts its snapshots in 16 bits' worth of table */

/**
 * FirnPolicy:
 * @max_snapshots: how many snapshots a VM may have, 0 to FIRN_POLICY_MAX_SNAPSHOTS_LIMIT
 * @allow_memory: whether snapshots with RAM may be taken
 *
 * What a VM's administrator allows.
 */
typedef struct {
    guint max_snapshots;
    gboolean allow_memory;
} FirnPolicy;

/**
 * firn_policy_check:
 * @self: a policy
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if every value is within its range
 */
gboolean firn_policy_check(const FirnPolicy *self, GError **error);

/**
 * firn_policy_set:
 * @self: a policy
 * @key: "max-snapshots" or "allow-memory"
 * @value: a number, or yes or no
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID for an unknown key or a value that cannot be; @self is
 * untouched then.
 *
 * Returns: %TRUE if it was set
 */
gboolean firn_policy_set(FirnPolicy *self, const char *key, const char *value, GError **error);
