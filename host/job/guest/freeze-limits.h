/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

#define FIRN_LIMIT_DEADLINE_MS_DEFAULT           300000
#define FIRN_LIMIT_FREEZE_WAIT_MS_DEFAULT        60000
#define FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT         30000
#define FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT_WINDOWS 8000
/* VSS itself releases the writes then. */
#define FIRN_LIMIT_FROZEN_MAX_MS_MAX_WINDOWS 10000
#define FIRN_LIMIT_IN_ALL_MS_DEFAULT_WINDOWS 20000
#define FIRN_LIMIT_IN_ALL_MS_MAX_WINDOWS     60000
#define FIRN_LIMIT_RETRY_MIN_MS_DEFAULT      30000
#define FIRN_LIMIT_MS_MAX                    3600000

/**
 * FirnFreezeLimits:
 * @quiesce: whether to freeze the guest, and what to do if that fails
 * @deadline_ms: of the job; 0: none
 * @freeze_wait_ms: how long the freeze's reply may take; at most FIRN_LIMIT_MS_MAX; 0: the default
 * for the guest's operating system
 * @frozen_max_ms: the guest is thawed after it in any case; 0: the default for the guest's
 * operating system
 * @retry_min_ms: how long to wait before a freeze that VSS was too busy for is repeated; up to
 * three times as long
 *
 * Timeouts and quiesce mode of one freeze.
 */
typedef struct {
    FirnQuiesce quiesce;
    guint deadline_ms;
    guint freeze_wait_ms;
    guint frozen_max_ms;
    guint retry_min_ms;
} FirnFreezeLimits;

/**
 * firn_freeze_limits_init:
 * @self: (out): gets the defaults
 */
void firn_freeze_limits_init(FirnFreezeLimits *self);

/**
 * firn_freeze_limits_get_freeze_wait_ms:
 * @os_id: (nullable): the guest's operating system, as its agent names it
 *
 * Returns: how long the freeze's reply may take
 */
guint firn_freeze_limits_get_freeze_wait_ms(const FirnFreezeLimits *self, const char *os_id);

/**
 * firn_freeze_limits_get_frozen_max_ms:
 * @os_id: (nullable): the guest's operating system, as its agent names it
 *
 * Returns: how long the guest may stay frozen after the freeze's reply
 */
guint firn_freeze_limits_get_frozen_max_ms(const FirnFreezeLimits *self, const char *os_id);

/**
 * firn_freeze_limits_get_in_all_max_ms:
 * @os_id: (nullable): the guest's operating system, as its agent names it
 *
 * Returns: how long it may take from the freeze to the thaw; a longer freeze-wait is allowed for;
 * 0: there is no such limit
 */
guint firn_freeze_limits_get_in_all_max_ms(const FirnFreezeLimits *self, const char *os_id);
