/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "state-dir.h"

/**
 * FirnThawLeaseState:
 * @FIRN_THAW_LEASE_STATE_OPEN: not ended yet
 * @FIRN_THAW_LEASE_STATE_THAWED: the guest is thawed or resumed, or gone, and its lease is removed
 * @FIRN_THAW_LEASE_STATE_FAILED: the guest may still be frozen or paused, or its lease is left
 */
typedef enum {
    FIRN_THAW_LEASE_STATE_OPEN,
    FIRN_THAW_LEASE_STATE_THAWED,
    FIRN_THAW_LEASE_STATE_FAILED,
} FirnThawLeaseState;

/**
 * FirnThawLease:
 *
 * One lease, and a thread that ends it without firnd: a frozen guest is thawed, one that is paused
 * for its RAM is resumed.
 */
typedef struct _FirnThawLease FirnThawLease;

/**
 * firn_thaw_lease_read:
 * @leases: the folder of the leases
 * @file: one of the leases
 * @whole_ms: time limit for calls through libvirt
 *
 * Errors: as firn_lease_read().
 *
 * Returns: (transfer full): the lease and how to end it; %NULL with @error set
 */
FirnThawLease *firn_thaw_lease_read(FirnStateDir *leases,
                                    const char *file,
                                    guint whole_ms,
                                    GError **error);

void firn_thaw_lease_free(FirnThawLease *self);

/**
 * firn_thaw_lease_is_stopped:
 * @self: one of them
 *
 * Returns: whether its guest is paused; otherwise it may be frozen
 */
gboolean firn_thaw_lease_is_stopped(const FirnThawLease *self);

/**
 * firn_thaw_lease_get_state:
 * @self: one of them
 *
 * Thread-safe.
 *
 * Returns: its state
 */
FirnThawLeaseState firn_thaw_lease_get_state(FirnThawLease *self);

/**
 * firn_thaw_lease_complain:
 * @self: one of them
 * @why: printable
 *
 * Reports on stderr that its guest may still be frozen or paused, and why.
 */
void firn_thaw_lease_complain(const FirnThawLease *self, const char *why);

/**
 * firn_thaw_lease_begin:
 * @self: one that was just read
 *
 * Begins to end it, in a thread that needs a running main loop.
 */
void firn_thaw_lease_begin(FirnThawLease *self);

/**
 * firn_thaw_lease_finish:
 * @self: one that was begun
 *
 * Waits until it is ended or given up. If its thread could not be started, this thread does it.
 */
void firn_thaw_lease_finish(FirnThawLease *self);
