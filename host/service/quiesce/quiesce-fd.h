/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "quiesce-job.h"

/**
 * FirnQuiesceFd:
 *
 * A quiesce session: guests that one caller freezes together, all or none, and the file descriptor
 * that holds them frozen. Closing it, the death of its holder, or shutting down its writing side
 * thaws them. The outcome of each freeze window is written to it, one line of JSON for each VM:
 * "name", "uuid", "held" (boolean), "verdict", "reason" ("" if held), "frozen-for" (microseconds).
 * A line is sent when a guest is thawed, also when its window has ended early; the descriptor is
 * closed after the last one. Main loop only.
 *
 * It frees itself when all guests are thawed.
 */
typedef struct _FirnQuiesceFd FirnQuiesceFd;

/**
 * FirnQuiesceSettled:
 * @error: (nullable): why the guests could not all be frozen, naming the VM; the others are thawed,
 * or will be; %NULL: all are frozen, and firn_quiesce_fd_open() must be called
 * @user_data: user data
 */
typedef void (*FirnQuiesceSettled)(FirnQuiesceFd *self, const GError *error, gpointer user_data);

/**
 * firn_quiesce_fd_begin:
 * @vms: (element-type FirnVm): at least one, each once
 * @limits: timeouts of the freeze
 * @owner: the caller; only uid and pid are used
 * @on_settled: called once, possibly before this function returns; not after
 * firn_quiesce_fd_abandon()
 * @user_data: for @on_settled
 *
 * Starts to freeze all guests.
 *
 * Returns: (transfer none) (nullable): a quiesce session; %NULL if @on_settled was called already
 */
FirnQuiesceFd *firn_quiesce_fd_begin(FirnJobs *jobs,
                                     GPtrArray *vms,
                                     const FirnFreezeLimits *limits,
                                     const FirnQuiesceHolderOwner *owner,
                                     FirnQuiesceSettled on_settled,
                                     gpointer user_data);

/**
 * firn_quiesce_fd_abandon:
 * @self: a quiesce session whose @on_settled was not called yet
 *
 * Thaws the guests, because the caller is gone.
 */
void firn_quiesce_fd_abandon(FirnQuiesceFd *self);

/**
 * firn_quiesce_fd_get_expires_us:
 * @self: a quiesce session whose guests are all frozen
 *
 * Returns: when the first guest will be thawed, microseconds since the epoch
 */
gint64 firn_quiesce_fd_get_expires_us(FirnQuiesceFd *self);

/**
 * firn_quiesce_fd_open:
 * @self: a quiesce session whose guests are all frozen; called from @on_settled
 *
 * Returns: (transfer full): the holder's file descriptor; -1 with @error set, and the guests are
 * thawed
 */
int firn_quiesce_fd_open(FirnQuiesceFd *self, GError **error);
