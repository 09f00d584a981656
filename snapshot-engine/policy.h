/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_POLICY_MAX_SNAPSHOTS_DEFAULT 3
#define FIRN_POLICY_MAX_SNAPSHOTS_LIMIT   65535 /* qcow2 has a 16-bit number of snapshots */

/**
 * FirnDriftGuard:
 * @FIRN_DRIFT_GUARD_OFF: drift is not checked
 * @FIRN_DRIFT_GUARD_WARN: drift is reported
 * @FIRN_DRIFT_GUARD_STRICT: and such a VM is not started
 *
 * How to treat a VM whose configuration differs from that of its current snapshot.
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
 * @allow_memory: whether snapshots with RAM may be made
 * @drift_guard: how to treat a changed configuration
 * @pause_max_us: for how long, by firn's estimate, a guest may be paused to save its RAM without
 * explicit consent; 0: not at all
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
 * @self: (out): set to the defaults
 */
void firn_policy_init(FirnPolicy *self);

/**
 * firn_policy_check:
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if every value is within its range
 */
gboolean firn_policy_check(const FirnPolicy *self, GError **error);

/**
 * firn_policy_set:
 * @key: "max-snapshots", "allow-memory", "drift-guard" or "pause-max"
 * @value: a number; yes or no; off, warn or strict; a duration as for firn_duration_parse()
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID for an unknown key or an invalid value; @self is unchanged
 * then.
 *
 * Returns: %TRUE if it was set
 */
gboolean firn_policy_set(FirnPolicy *self, const char *key, const char *value, GError **error);
