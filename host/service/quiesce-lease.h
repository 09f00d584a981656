/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "quiesce-job.h"

/**
 * FirnQuiesceLease:
 *
 * Some guests that one caller wants frozen side by side, all or none, and the descriptor by which
 * he holds them: closing it, dying, or shutting down its writing side thaws them. What became of
 * each window is written to it, one line of JSON for each VM: "name", "uuid", "held" (boolean),
 * "verdict", "reason" ("" if held), "frozen-for" (microseconds). Lines come when a guest is thawed,
 * also when its window has ended early; after the last the descriptor is closed. Main loop only.
 *
 * It owns itself: it goes when all guests are thawed.
 */
typedef struct _FirnQuiesceLease FirnQuiesceLease;

/**
 * FirnQuiesceSettled:
 * @self: a lease
 * @error: (nullable): why not all are frozen, naming the VM; the others are thawed then, or will
 * be; %NULL: all are frozen, and firn_quiesce_lease_open() is due
 * @user_data: user data
 */
typedef void (*FirnQuiesceSettled)(FirnQuiesceLease *self, const GError *error, gpointer user_data);

/**
 * firn_quiesce_lease_begin:
 * @jobs: the jobs
 * @vms: (element-type FirnVm): at least one, each once
 * @knobs: how patient to be
 * @owner: who wants it; only uid and pid count
 * @on_settled: called once, possibly at once; not after firn_quiesce_lease_abandon()
 * @user_data: for @on_settled
 *
 * Begins to freeze all guests.
 *
 * Returns: (transfer none) (nullable): a lease; %NULL if it has settled already
 */
FirnQuiesceLease *firn_quiesce_lease_begin(FirnJobs *jobs,
                                           GPtrArray *vms,
                                           const FirnKnobs *knobs,
                                           const FirnHolderOwner *owner,
                                           FirnQuiesceSettled on_settled,
                                           gpointer user_data);

/**
 * firn_quiesce_lease_abandon:
 * @self: a lease that has not settled
 *
 * The caller is gone.
 */
void firn_quiesce_lease_abandon(FirnQuiesceLease *self);

/**
 * firn_quiesce_lease_get_expires_us:
 * @self: a lease whose guests are all frozen
 *
 * Returns: when the first of them will be thawed, microseconds since the epoch
 */
gint64 firn_quiesce_lease_get_expires_us(FirnQuiesceLease *self);

/**
 * firn_quiesce_lease_open:
 * @self: a lease whose guests are all frozen; when it settles
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the holder's descriptor; -1 with @error set, and the guests are thawed
 */
int firn_quiesce_lease_open(FirnQuiesceLease *self, GError **error);
