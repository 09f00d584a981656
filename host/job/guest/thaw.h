/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "evidence.h"
#include "freeze-window.h"
#include "vm.h"

/**
 * FirnThaw:
 *
 * A thaw that must be made: armed just before a freeze is sent, and done when the guest is known to
 * be thawed. The job runs it, or the main loop's timer does if the guest has been frozen for too
 * long, whatever the job waits for. It cannot be cancelled and is retried until the guest is thawed
 * or gone: no answer means unknown, not thawed.
 */
typedef struct _FirnThaw FirnThaw;

/**
 * firn_thaw_arm:
 * @vm: a running VM that has taken a lease
 * @agent: (transfer full) (nullable): its synchronised agent; %NULL: to be opened
 * @window: watches the VM
 * @clock: for the times
 *
 * Has to be called before a freeze is sent. The lease ends with the thaw. Job threads only.
 *
 * Returns: (transfer full): an armed thaw
 */
FirnThaw *firn_thaw_arm(FirnVm *vm,
                        FirnChannel *agent,
                        FirnFreezeWindow *window,
                        const FirnEventClock *clock);

/**
 * firn_thaw_set_limit:
 * @frozen_max_ms: how long from now the guest may stay frozen
 *
 * The freeze was answered: from here on the main loop's timer runs.
 */
void firn_thaw_set_limit(FirnThaw *self, guint frozen_max_ms);

/**
 * firn_thaw_expect_late_freeze:
 *
 * The freeze was not answered. Drops the agent's connection, with everything that the guest has not
 * read from it. The thaw is sent over a new connection, behind a freeze that may still be running.
 */
void firn_thaw_expect_late_freeze(FirnThaw *self);

/**
 * firn_thaw_disarm:
 *
 * The freeze was provably not done, so there is nothing to thaw, and a freeze made by another
 * program must not be ended.
 */
void firn_thaw_disarm(FirnThaw *self);

/**
 * firn_thaw_is_under_way:
 *
 * Any thread.
 *
 * Returns: the main loop's timer has begun to thaw
 */
gboolean firn_thaw_is_under_way(FirnThaw *self);

/**
 * firn_thaw_run:
 *
 * Thaws, or waits until the thaw that is running has succeeded. Returns once the guest is thawed or
 * gone. Job threads only.
 */
void firn_thaw_run(FirnThaw *self);

/**
 * firn_thaw_attempt:
 * @self: a thaw that was not armed for a freeze of firn: no lease was taken
 * @cancellable: ends the attempts
 *
 * As firn_thaw_run(), for a guest that another program has frozen. firn has not promised to thaw
 * it, so the attempts may end. Job threads only.
 *
 * Errors: %G_IO_ERROR_CANCELLED with the agent's last error.
 *
 * Returns: %TRUE if the guest is thawed or gone
 */
gboolean firn_thaw_attempt(FirnThaw *self, GCancellable *cancellable, GError **error);

/**
 * firn_thaw_report:
 * @evidence: gets the times, the count and the agent's error message
 */
void firn_thaw_report(FirnThaw *self, FirnEvidence *evidence);

void firn_thaw_free(FirnThaw *self);

/**
 * firn_thaw_leftover:
 * @vm: a VM whose guest may be frozen, though no job of this firnd has frozen it
 * @since_us: since when, microseconds since the epoch
 * @is_sent: an earlier firnd may have sent a freeze that has not arrived yet
 *
 * Takes a lease, thaws, and returns when the guest is thawed or gone. Job threads only.
 */
void firn_thaw_leftover(FirnVm *vm, gint64 since_us, gboolean is_sent);
