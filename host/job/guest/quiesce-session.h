/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "event-clock.h"
#include "evidence.h"
#include "job.h"

/**
 * FirnQuiesceSession:
 *
 * A quiesce session: connects the clients that want a guest kept frozen with the job that keeps it
 * frozen. Clients may join while the guest is being frozen or is frozen. The last one that leaves
 * ends the freeze window; none can end it for another. Main loop only, except where noted.
 */
typedef struct _FirnQuiesceSession FirnQuiesceSession;

/**
 * FirnQuiesceHolder:
 *
 * One client of a quiesce session.
 */
typedef struct _FirnHolder FirnQuiesceHolder;

/**
 * FirnQuiesceSessionOutcome:
 * @is_held: the guest was frozen until this holder left
 * @verdict: what a cut that this holder made in the meantime may be called
 * @reason: (nullable): why it was not held
 * @frozen_for_us: from freeze sent to thaw confirmed, microseconds; 0: not frozen
 *
 * How the session went for one holder.
 */
typedef struct {
    gboolean is_held;
    FirnVerdict verdict;
    const GError *reason; /* (unowned) (nullable) */
    gint64 frozen_for_us;
} FirnQuiesceSessionOutcome;

/**
 * FirnQuiesceHolderOwner:
 * @uid: of the caller
 * @pid: of the caller; 0: not known
 * @on_frozen: (nullable): called when the guest has been frozen, unless it was frozen when the
 * holder joined
 * @on_ended: called once, when the guest is thawed or could not be frozen; not after
 * firn_quiesce_holder_free()
 * @user_data: for both
 */
typedef struct {
    guint uid;
    guint pid;
    void (*on_frozen)(FirnQuiesceHolder *holder, gpointer user_data);
    void (*on_ended)(FirnQuiesceHolder *holder,
                     const FirnQuiesceSessionOutcome *outcome,
                     gpointer user_data);
    gpointer user_data;
} FirnQuiesceHolderOwner;

/**
 * firn_quiesce_session_new:
 *
 * Returns: (transfer full): a session without holders
 */
FirnQuiesceSession *firn_quiesce_session_new(void);

/**
 * firn_quiesce_session_ref:
 *
 * Any thread.
 *
 * Returns: (transfer full): @self
 */
FirnQuiesceSession *firn_quiesce_session_ref(FirnQuiesceSession *self);

/**
 * firn_quiesce_session_unref:
 * @self: (nullable): a quiesce session
 *
 * Any thread.
 */
void firn_quiesce_session_unref(FirnQuiesceSession *self);

/**
 * FIRN_QUIESCE_SESSION_MAX:
 *
 * The limit of holders per guest: each costs a file descriptor, and the thaw needs one.
 */
#define FIRN_QUIESCE_SESSION_MAX 64

/**
 * firn_quiesce_session_join:
 * @owner: the client; copied
 *
 * Returns: (transfer full) (nullable): a holder; %NULL once the last one has left, the job is
 * cancelled, the time is up, or there are %FIRN_QUIESCE_SESSION_MAX already
 */
FirnQuiesceHolder *firn_quiesce_session_join(FirnQuiesceSession *self,
                                             const FirnQuiesceHolderOwner *owner);

/**
 * firn_quiesce_session_dup_owners:
 *
 * Returns: (transfer full): the holders that have not left, for people: "process 17 of uid 0"; ""
 * if there are none
 */
char *firn_quiesce_session_dup_owners(FirnQuiesceSession *self);

/**
 * firn_quiesce_holder_get_until_us:
 *
 * Returns: when the guest will be thawed at the latest, microseconds since the epoch; 0: it is not
 * frozen yet
 */
gint64 firn_quiesce_holder_get_until_us(FirnQuiesceHolder *self);

/**
 * firn_quiesce_holder_release:
 *
 * This holder no longer needs the guest frozen. A second call does nothing.
 */
void firn_quiesce_holder_release(FirnQuiesceHolder *self);

/**
 * firn_quiesce_holder_free:
 * @self: (transfer full) (nullable): a holder
 *
 * Leaves; its callbacks are not called any more.
 */
void firn_quiesce_holder_free(FirnQuiesceHolder *self);

/* For the job's own thread. */

/**
 * firn_quiesce_session_attend:
 * @job: the job that keeps the guest frozen; shows the holders
 *
 * Must be called first. From here on firn_quiesce_session_get_over() also fires when @job is
 * cancelled.
 */
void firn_quiesce_session_attend(FirnQuiesceSession *self, FirnJob *job);

/**
 * firn_quiesce_session_get_over:
 *
 * Returns: (transfer none): fires when no holder needs the guest frozen any more
 */
GCancellable *firn_quiesce_session_get_over(FirnQuiesceSession *self);

/**
 * firn_quiesce_session_tell_frozen:
 * @clock: of the evidence; copied
 * @until_us: when the guest will be thawed at the latest
 *
 * Notifies all holders.
 */
void firn_quiesce_session_tell_frozen(FirnQuiesceSession *self,
                                      const FirnEventClock *clock,
                                      gint64 until_us);

/**
 * firn_quiesce_session_end:
 * @self: a session whose guest is thawed, or was not frozen
 * @evidence: (nullable): of the freeze
 * @frozen_max_ms: how long the guest was allowed to stay frozen
 * @failure: (inout) (transfer none): why the guest could not be frozen; %NULL if it was. Gets the
 * first reason why the window did not hold for a holder
 *
 * Judges the freeze window of each holder, from the freeze until it left. Holders are notified when
 * the job has completed, so that the VM is free for the next job.
 */
void firn_quiesce_session_end(FirnQuiesceSession *self,
                              const FirnEvidence *evidence,
                              guint frozen_max_ms,
                              GError **failure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQuiesceSession, firn_quiesce_session_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQuiesceHolder, firn_quiesce_holder_free)
