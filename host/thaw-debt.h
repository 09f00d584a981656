/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "state-dir.h"

/**
 * FirnThawDebtState:
 * @FIRN_THAW_DEBT_STATE_OPEN: no thread has come back from it yet
 * @FIRN_THAW_DEBT_STATE_PAID: the guest is as it was, or gone, and so is its lease
 * @FIRN_THAW_DEBT_STATE_UNPAID: the guest may not be as it was, or its lease stays
 */
typedef enum {
    FIRN_THAW_DEBT_STATE_OPEN,
    FIRN_THAW_DEBT_STATE_PAID,
    FIRN_THAW_DEBT_STATE_UNPAID,
} FirnThawDebtState;

/**
 * FirnThawDebt:
 *
 * One lease, and a thread of its own that ends it without firnd: a frozen guest is thawed, one that
 * stands still for its RAM is told to go on.
 */
typedef struct _FirnThawDebt FirnThawDebt;

/**
 * firn_thaw_debt_read:
 * @leases: where leases are
 * @file: one of them
 * @whole_ms: how long it may take where libvirt is asked
 * @error: return location for a #GError
 *
 * Errors: as firn_lease_read().
 *
 * Returns: (transfer full): what is to be done for it; %NULL with @error set
 */
FirnThawDebt *firn_thaw_debt_read(FirnStateDir *leases,
                                  const char *file,
                                  guint whole_ms,
                                  GError **error);

/**
 * firn_thaw_debt_free:
 * @self: a debt without a thread
 */
void firn_thaw_debt_free(FirnThawDebt *self);

/**
 * firn_thaw_debt_is_stopped:
 * @self: a debt
 *
 * Returns: whether its guest stands still; otherwise it may be frozen
 */
gboolean firn_thaw_debt_is_stopped(const FirnThawDebt *self);

/**
 * firn_thaw_debt_get_state:
 * @self: a debt
 *
 * Any thread.
 *
 * Returns: how it stands
 */
FirnThawDebtState firn_thaw_debt_get_state(FirnThawDebt *self);

/**
 * firn_thaw_debt_complain:
 * @self: a debt
 * @why: printable
 *
 * Says on stderr how its guest may still be, and why.
 */
void firn_thaw_debt_complain(const FirnThawDebt *self, const char *why);

/**
 * firn_thaw_debt_begin:
 * @self: a debt
 *
 * Begins to pay it, in a thread that needs a running main loop.
 */
void firn_thaw_debt_begin(FirnThawDebt *self);

/**
 * firn_thaw_debt_finish:
 * @self: a debt that was begun
 *
 * Returns when it is paid or given up. One that got no thread is paid by this one.
 */
void firn_thaw_debt_finish(FirnThawDebt *self);
