/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_POLICY_MAX_SNAPSHOTS_DEFAULT 3
#define FIRN_POLICY_MAX_SNAPSHOTS_LIMIT                                                            \
    65535 /* qcow2 counts its snapshots in 16 bits' worth of table */

/**
 * FirnDriftGuard:
 * @FIRN_DRIFT_GUARD_OFF: nobody looks
 * @FIRN_DRIFT_GUARD_WARN: it is shown
 * @FIRN_DRIFT_GUARD_STRICT: and such a VM is not started
 *
 * What is done about a VM whose configuration is no longer that of its current snapshot.
 */
typedef enum {
    FIRN_DRIFT_GUARD_OFF,
    FIRN_DRIFT_GUARD_WARN,
    FIRN_DRIFT_GUARD_STRICT,
} FirnDriftGuard;

#define FIRN_POLICY_DRIFT_GUARD_DEFAULT FIRN_DRIFT_GUARD_WARN

/**
 * FirnPolicy:
 * @max_snapshots: how many snapshots a VM may have, 0 to FIRN_POLICY_MAX_SNAPSHOTS_LIMIT
 * @allow_memory: whether snapshots with RAM may be taken
 * @drift_guard: what is done about a changed configuration
 * @pause_max_us: for how long, as firn estimates it, a guest may be paused for its RAM without
 * anybody being asked; 0: not at all
 *
 * What a VM's administrator allows.
 */
typedef struct {
    guint max_snapshots;
    gboolean allow_memory;
    FirnDriftGuard drift_guard;
    guint64 pause_max_us;
} FirnPolicy;

/**
 * firn_policy_init:
 * @self: (out): gets the defaults
 */
void firn_policy_init(FirnPolicy *self);

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
 * @key: "max-snapshots", "allow-memory", "drift-guard" or "pause-max"
 * @value: a number; yes or no; off, warn or strict; a duration as firn_duration_parse() takes it
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID for an unknown key or a value that cannot be; @self is
 * untouched then.
 *
 * Returns: %TRUE if it was set
 */
gboolean firn_policy_set(FirnPolicy *self, const char *key, const char *value, GError **error);
