/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "state-dir.h"

/**
 * FirnThawDebtState:
 * @FIRN_THAW_DEBT_STATE_OPEN: not ended yet
 * @FIRN_THAW_DEBT_STATE_PAID: the guest is thawed or resumed, or gone, and its lease is removed
 * @FIRN_THAW_DEBT_STATE_UNPAID: the guest may still be frozen or paused, or its lease is left
 */
typedef enum {
    FIRN_THAW_DEBT_STATE_OPEN,
    FIRN_THAW_DEBT_STATE_PAID,
    FIRN_THAW_DEBT_STATE_UNPAID,
} FirnThawDebtState;

/**
 * FirnThawDebt:
 *
 * One lease, and a thread that ends it without firnd: a frozen guest is thawed, one that is paused
 * for its RAM is resumed.
 */
typedef struct _FirnThawDebt FirnThawDebt;

/**
 * firn_thaw_debt_read:
 * @leases: the folder of the leases
 * @file: one of the leases
 * @whole_ms: time limit for calls through libvirt
 * @error: return location for a #GError
 *
 * Errors: as firn_lease_read().
 *
 * Returns: (transfer full): the lease and how to end it; %NULL with @error set
 */
FirnThawDebt *firn_thaw_debt_read(FirnStateDir *leases,
                                  const char *file,
                                  guint whole_ms,
                                  GError **error);

/**
 * firn_thaw_debt_free:
 * @self: one whose thread is not running
 */
void firn_thaw_debt_free(FirnThawDebt *self);

/**
 * firn_thaw_debt_is_stopped:
 * @self: one of them
 *
 * Returns: whether its guest is paused; otherwise it may be frozen
 */
gboolean firn_thaw_debt_is_stopped(const FirnThawDebt *self);

/**
 * firn_thaw_debt_get_state:
 * @self: one of them
 *
 * Thread-safe.
 *
 * Returns: its state
 */
FirnThawDebtState firn_thaw_debt_get_state(FirnThawDebt *self);

/**
 * firn_thaw_debt_complain:
 * @self: one of them
 * @why: printable
 *
 * Reports on stderr that its guest may still be frozen or paused, and why.
 */
void firn_thaw_debt_complain(const FirnThawDebt *self, const char *why);

/**
 * firn_thaw_debt_begin:
 * @self: one that was just read
 *
 * Begins to end it, in a thread that needs a running main loop.
 */
void firn_thaw_debt_begin(FirnThawDebt *self);

/**
 * firn_thaw_debt_finish:
 * @self: one that was begun
 *
 * Waits until it is ended or given up. If its thread could not be started, this thread does it.
 */
void firn_thaw_debt_finish(FirnThawDebt *self);
