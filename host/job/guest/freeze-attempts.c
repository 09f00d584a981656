/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-attempts.h"

#include "indication.h"

#define ATTEMPTS 3

/* Two hosts whose guests share a backup server, or two jobs, are not to meet again and again. */
static guint
choose_pause_ms(const FirnFreezeLimits *limits)
{
    return limits->retry_min_ms + g_random_int_range(0, (gint32)(2 * limits->retry_min_ms) + 1);
}

/* Returns %FALSE if it was cancelled. */
static gboolean
rest(guint ms, GCancellable *cancellable)
{
    GPollFD cancelled;
    guint n_fds = cancellable != NULL && g_cancellable_make_pollfd(cancellable, &cancelled) ? 1 : 0;

    g_poll(&cancelled, n_fds, (gint)ms);
    if (n_fds > 0)
        g_cancellable_release_fd(cancellable);
    return !g_cancellable_is_cancelled(cancellable);
}

/* The evidence of an attempt that is repeated is not that of the snapshot. */
static void
forget_attempt(FirnEvidence *evidence)
{
    evidence->freeze_sent_us = evidence->frozen_us = 0;
    evidence->thaw_sent_us = evidence->thawed_us = 0;
    evidence->frozen = evidence->thawed = 0;
    g_clear_pointer(&evidence->freeze_error, g_free);
    g_clear_pointer(&evidence->thaw_error, g_free);
    g_ptr_array_set_size(evidence->interruptions, 0);
    firn_evidence_withdraw(evidence, FIRN_INDICATION_QUIESCE_FAILED);
    firn_evidence_indicate(evidence, FIRN_INDICATION_FREEZE_REPEATED);
}

FirnFreeze *
firn_freeze_attempts_begin(FirnGuestCheck *check, GCancellable *cancellable)
{
    FirnFreeze *freeze = firn_freeze_begin(check, cancellable);

    for (guint left = ATTEMPTS - 1; left > 0 && firn_freeze_may_pass(freeze); left--) {
        /* Before the pause, so that nothing stays frozen in it. */
        firn_freeze_give_up(freeze);
        if (!rest(choose_pause_ms(&check->limits), cancellable))
            return freeze;
        check->agent = firn_vm_open_agent(check->vm, cancellable, NULL);
        if (check->agent == NULL)
            return freeze;
        firn_freeze_end(freeze);
        forget_attempt(check->evidence);
        freeze = firn_freeze_begin(check, cancellable);
    }
    return freeze;
}
