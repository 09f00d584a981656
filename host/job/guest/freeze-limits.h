/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

#define FIRN_LIMIT_DEADLINE_MS_DEFAULT           300000
#define FIRN_LIMIT_FREEZE_WAIT_MS_DEFAULT        60000
#define FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT         30000
#define FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT_WINDOWS 8000
#define FIRN_LIMIT_MS_MAX                        3600000

/**
 * FirnFreezeLimits:
 * @quiesce: whether to freeze the guest, and what to do if that fails
 * @deadline_ms: of the job; 0: none
 * @freeze_wait_ms: how long the freeze's reply may take; 1 to FIRN_LIMIT_MS_MAX
 * @frozen_max_ms: the guest is thawed after it in any case; 0: the default for the guest's
 * operating system
 *
 * Timeouts and quiesce mode of one freeze.
 */
typedef struct {
    FirnQuiesce quiesce;
    guint deadline_ms;
    guint freeze_wait_ms;
    guint frozen_max_ms;
} FirnFreezeLimits;

/**
 * firn_freeze_limits_init:
 * @self: (out): gets the defaults
 */
void firn_freeze_limits_init(FirnFreezeLimits *self);

/**
 * firn_freeze_limits_get_frozen_max_ms:
 * @os_id: (nullable): the guest's operating system, as its agent names it
 *
 * Returns: how long the guest may stay frozen
 */
guint firn_freeze_limits_get_frozen_max_ms(const FirnFreezeLimits *self, const char *os_id);
