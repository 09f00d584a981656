/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "evidence.h"
#include "job.h"

/**
 * FirnHold:
 *
 * Where those who want a guest kept frozen meet the job that keeps it so. Holders may join while
 * the guest is being frozen or is frozen; the last one to let go ends the window, and nobody ends
 * another's. Main loop only, but for what says so.
 */
typedef struct _FirnHold FirnHold;

/**
 * FirnHolder:
 *
 * One who wants the guest kept frozen.
 */
typedef struct _FirnHolder FirnHolder;

/**
 * FirnHoldOutcome:
 * @is_held: the guest was frozen until this holder let go
 * @verdict: what a cut that this holder made meanwhile may be called
 * @reason: (nullable): why it was not held
 * @frozen_for_us: from freeze sent to thaw confirmed, microseconds; 0: not frozen
 *
 * What became of one holder's window.
 */
typedef struct {
    gboolean is_held;
    FirnVerdict verdict;
    const GError *reason; /* (unowned) (nullable) */
    gint64 frozen_for_us;
} FirnHoldOutcome;

/**
 * FirnHolderOwner:
 * @uid: of the caller
 * @pid: of the caller; 0: not known
 * @on_frozen: (nullable): called when the guest has been frozen, unless it was when the holder
 * joined
 * @on_ended: called once, when the guest is thawed or could not be frozen; not after
 * firn_holder_free()
 * @user_data: for both
 */
typedef struct {
    guint uid;
    guint pid;
    void (*on_frozen)(FirnHolder *holder, gpointer user_data);
    void (*on_ended)(FirnHolder *holder, const FirnHoldOutcome *outcome, gpointer user_data);
    gpointer user_data;
} FirnHolderOwner;

/**
 * firn_hold_new:
 *
 * Returns: (transfer full): nobody holds yet
 */
FirnHold *firn_hold_new(void);

/**
 * firn_hold_ref:
 * @self: a hold
 *
 * Any thread.
 *
 * Returns: (transfer full): @self
 */
FirnHold *firn_hold_ref(FirnHold *self);

/**
 * firn_hold_unref:
 * @self: (nullable): a hold
 *
 * Any thread.
 */
void firn_hold_unref(FirnHold *self);

/**
 * FIRN_HOLD_MAX:
 *
 * How many may hold one guest at a time: each of them costs a descriptor, and the thaw needs one.
 */
#define FIRN_HOLD_MAX 64

/**
 * firn_hold_join:
 * @self: a hold
 * @owner: who wants it; copied
 *
 * Returns: (transfer full) (nullable): a holder; %NULL once the last one has let go, the job is
 * cancelled, the time is up, or there are %FIRN_HOLD_MAX already
 */
FirnHolder *firn_hold_join(FirnHold *self, const FirnHolderOwner *owner);

/**
 * firn_hold_dup_owners:
 * @self: a hold
 *
 * Returns: (transfer full): who has not let go, for people: "process 17 of uid 0"; "" if nobody
 */
char *firn_hold_dup_owners(FirnHold *self);

/**
 * firn_holder_get_until_us:
 * @self: a holder
 *
 * Returns: when the guest will be thawed at the latest, microseconds since the epoch; 0: it is not
 * frozen yet
 */
gint64 firn_holder_get_until_us(FirnHolder *self);

/**
 * firn_holder_let_go:
 * @self: a holder
 *
 * This holder has done what it froze the guest for. The second time does nothing.
 */
void firn_holder_let_go(FirnHolder *self);

/**
 * firn_holder_free:
 * @self: (transfer full) (nullable): a holder
 *
 * Lets go and hears no more.
 */
void firn_holder_free(FirnHolder *self);

/* For the job's own thread. */

/**
 * firn_hold_attend:
 * @self: a hold
 * @job: the job that keeps the guest frozen; tells people who holds it
 *
 * First of all. From here on firn_hold_get_over() fires also when @job is cancelled.
 */
void firn_hold_attend(FirnHold *self, FirnJob *job);

/**
 * firn_hold_get_over:
 * @self: a hold
 *
 * Returns: (transfer none): fires when nobody wants the guest frozen any more
 */
GCancellable *firn_hold_get_over(FirnHold *self);

/**
 * firn_hold_tell_frozen:
 * @self: a hold
 * @clock: of the evidence; copied
 * @until_us: when the guest will be thawed at the latest
 *
 * Tells all holders.
 */
void firn_hold_tell_frozen(FirnHold *self, const FirnEventClock *clock, gint64 until_us);

/**
 * firn_hold_end:
 * @self: a hold whose guest is thawed, or was not frozen
 * @evidence: (nullable): what was seen
 * @frozen_max_ms: how long the guest was allowed to stay frozen
 * @failure: (inout) (transfer none): why there was no window; %NULL if there was one. Gets the
 * first reason why a holder's window did not hold
 *
 * Judges each holder's window, from the freeze to when he let go. He is told when the job has
 * completed: then the VM is free for the next.
 */
void firn_hold_end(FirnHold *self,
                   const FirnEvidence *evidence,
                   guint frozen_max_ms,
                   GError **failure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnHold, firn_hold_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnHolder, firn_holder_free)
