/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "evidence.h"
#include "vm.h"
#include "window.h"

/**
 * FirnThaw:
 *
 * What firn owes a guest from the moment a freeze is about to be sent until the guest is known to
 * be thawed. It is paid by the job, or by the main loop's timer if the guest has been frozen for
 * too long, whatever the job is stuck in. Nothing cancels it, and it is tried again until the guest
 * is thawed or gone: "no answer" means unknown, not thawed.
 */
typedef struct _FirnThaw FirnThaw;

/**
 * firn_thaw_owe:
 * @vm: a running VM that has taken a lease
 * @agent: (transfer full) (nullable): its synchronised agent; %NULL: to be opened
 * @window: watches the VM
 * @clock: for the times
 *
 * Before a freeze is sent. Paying it ends the lease. Job threads only.
 *
 * Returns: (transfer full): a debt
 */
FirnThaw *firn_thaw_owe(FirnVm *vm,
                        FirnChannel *agent,
                        FirnWindow *window,
                        const FirnEventClock *clock);

/**
 * firn_thaw_limit:
 * @self: a debt
 * @frozen_max_ms: how long from now the guest may stay frozen
 *
 * The freeze was answered: from here on the main loop watches the time.
 */
void firn_thaw_limit(FirnThaw *self, guint frozen_max_ms);

/**
 * firn_thaw_expect_late_freeze:
 * @self: a debt
 *
 * The freeze was not answered. Drops the agent's connection, and what the guest has not read of it;
 * the thaw goes over a new one, behind a freeze that may still be at work.
 */
void firn_thaw_expect_late_freeze(FirnThaw *self);

/**
 * firn_thaw_expect_lost_freeze:
 * @self: a debt
 *
 * As firn_thaw_expect_late_freeze(), for a freeze that an earlier firnd may have sent: nobody knows
 * whether libvirt still has it.
 */
void firn_thaw_expect_lost_freeze(FirnThaw *self);

/**
 * firn_thaw_void:
 * @self: a debt
 *
 * The freeze was provably not done: nothing is owed, and somebody else's freeze is not ours to end.
 */
void firn_thaw_void(FirnThaw *self);

/**
 * firn_thaw_is_under_way:
 * @self: a debt
 *
 * Any thread.
 *
 * Returns: the main loop's timer has begun to pay it
 */
gboolean firn_thaw_is_under_way(FirnThaw *self);

/**
 * firn_thaw_pay:
 * @self: a debt
 *
 * Thaws, or waits until the thaw that is under way has succeeded. Returns once the guest is thawed
 * or gone. Job threads only.
 */
void firn_thaw_pay(FirnThaw *self);

/**
 * firn_thaw_attempt:
 * @self: what would be a debt, had firn frozen the guest: no lease was taken
 * @cancellable: ends the trying
 * @error: return location for a #GError
 *
 * As firn_thaw_pay(), for a guest that somebody else has frozen: nobody has promised that it will
 * be thawed, so there is an end to it. Job threads only.
 *
 * Errors: %G_IO_ERROR_CANCELLED with what the agent said last.
 *
 * Returns: %TRUE if the guest is thawed or gone
 */
gboolean firn_thaw_attempt(FirnThaw *self, GCancellable *cancellable, GError **error);

/**
 * firn_thaw_report:
 * @self: a paid debt
 * @evidence: gets the times, the count and the agent's complaint
 */
void firn_thaw_report(FirnThaw *self, FirnEvidence *evidence);

/**
 * firn_thaw_free:
 * @self: (transfer full) (nullable): a paid debt
 */
void firn_thaw_free(FirnThaw *self);
