/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-session.h"

#include "await.h"
#include "crash-point.h"
#include "freeze-window.h"
#include "host-error.h"
#include "verdict.h"

struct _FirnQuiesceSession {
    gatomicrefcount references;
    GCancellable *over; /* (owned) */
    /* Used by the job's thread only. */
    GCancellable *cancelled; /* (owned) (nullable) the job's */
    gulong cancelled_id;
    /* Used on the main loop only. */
    FirnJob *job;       /* (owned) (nullable) until the session ends */
    GPtrArray *holders; /* (element-type FirnQuiesceHolder) those not yet told of the end */
    guint holding;      /* how many have not left */
    FirnEventClock clock;
    gint64 until_us; /* 0: not frozen yet */
    gboolean is_closed;
};

struct _FirnHolder {
    FirnQuiesceSession *hold; /* (owned) */
    FirnQuiesceHolderOwner owner;
    gint64 released_us; /* 0: stays until the end */
    gboolean is_released;
    FirnQuiesceSessionOutcome outcome; /* set once it is judged */
    GError *reason;                    /* (owned) (nullable) of the outcome */
};

FirnQuiesceSession *
firn_quiesce_session_new(void)
{
    FirnQuiesceSession *self = g_new0(FirnQuiesceSession, 1);

    g_atomic_ref_count_init(&self->references);
    self->over = g_cancellable_new();
    self->holders = g_ptr_array_new();
    return self;
}

FirnQuiesceSession *
firn_quiesce_session_ref(FirnQuiesceSession *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_quiesce_session_unref(FirnQuiesceSession *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    g_object_unref(self->over);
    g_ptr_array_unref(self->holders);
    g_free(self);
}

char *
firn_quiesce_session_dup_owners(FirnQuiesceSession *self)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < self->holders->len; i++) {
        const FirnQuiesceHolder *holder = self->holders->pdata[i];

        if (!holder->is_released)
            g_string_append_printf(text,
                                   "%sprocess %u of uid %u",
                                   text->len == 0 ? "" : ", ",
                                   holder->owner.pid,
                                   holder->owner.uid);
    }
    return g_string_free(text, FALSE);
}

static void
tell_people(FirnQuiesceSession *self)
{
    g_autofree char *owners = firn_quiesce_session_dup_owners(self);

    if (self->job != NULL)
        firn_job_set_holders(self->job, owners);
}

/* The window is over when the thaw begins, however long the guest then takes: no holder can join it
 * any more. */
static gboolean
is_over(FirnQuiesceSession *self)
{
    return self->is_closed || g_cancellable_is_cancelled(self->over) ||
           (self->until_us != 0 && firn_event_clock_now(&self->clock) >= self->until_us);
}

FirnQuiesceHolder *
firn_quiesce_session_join(FirnQuiesceSession *self, const FirnQuiesceHolderOwner *owner)
{
    FirnQuiesceHolder *holder;

    if (is_over(self) || self->holding >= FIRN_QUIESCE_SESSION_MAX)
        return NULL;
    holder = g_new0(FirnQuiesceHolder, 1);
    holder->hold = firn_quiesce_session_ref(self);
    holder->owner = *owner;
    g_ptr_array_add(self->holders, holder);
    self->holding++;
    tell_people(self);
    return holder;
}

gint64
firn_quiesce_holder_get_until_us(FirnQuiesceHolder *self)
{
    return self->hold->until_us;
}

void
firn_quiesce_holder_release(FirnQuiesceHolder *self)
{
    FirnQuiesceSession *hold = self->hold;

    if (self->is_released)
        return;
    self->is_released = TRUE;
    if (hold->until_us != 0)
        self->released_us = firn_event_clock_now(&hold->clock);
    tell_people(hold);
    if (--hold->holding > 0)
        return;
    hold->is_closed = TRUE;
    g_cancellable_cancel(hold->over);
}

void
firn_quiesce_holder_free(FirnQuiesceHolder *self)
{
    if (self == NULL)
        return;
    firn_quiesce_holder_release(self);
    g_ptr_array_remove(self->hold->holders, self);
    firn_quiesce_session_unref(self->hold);
    g_clear_error(&self->reason);
    g_free(self);
}

static void
on_cancelled(GCancellable *cancelled, gpointer over)
{
    g_cancellable_cancel(over);
}

static void
take_job(gpointer data, gpointer job)
{
    FirnQuiesceSession *self = data;

    self->job = g_object_ref(job);
    tell_people(self);
}

void
firn_quiesce_session_attend(FirnQuiesceSession *self, FirnJob *job)
{
    self->cancelled = g_object_ref(firn_job_get_cancellable(job));
    self->cancelled_id = g_cancellable_connect(self->cancelled,
                                               G_CALLBACK(on_cancelled),
                                               g_object_ref(self->over),
                                               g_object_unref);
    firn_await_call(take_job, self, job);
}

GCancellable *
firn_quiesce_session_get_over(FirnQuiesceSession *self)
{
    return self->over;
}

typedef struct {
    const FirnEventClock *clock;
    gint64 until_us;
} Frozen;

static void
tell_frozen(gpointer data, gpointer more_data)
{
    FirnQuiesceSession *self = data;
    const Frozen *frozen = more_data;
    guint i = 0;

    self->clock = *frozen->clock;
    self->until_us = frozen->until_us;
    while (i < self->holders->len) {
        FirnQuiesceHolder *holder = self->holders->pdata[i];

        if (!holder->is_released && holder->owner.on_frozen != NULL)
            holder->owner.on_frozen(holder, holder->owner.user_data);
        /* The callback may have freed the holder. */
        if (i < self->holders->len && self->holders->pdata[i] == holder)
            i++;
    }
}

void
firn_quiesce_session_tell_frozen(FirnQuiesceSession *self,
                                 const FirnEventClock *clock,
                                 gint64 until_us)
{
    Frozen frozen = {clock, until_us};

    firn_await_call(tell_frozen, self, &frozen);
    FIRN_CRASH_POINT("held");
}

typedef struct {
    const FirnEvidence *evidence; /* (nullable) */
    guint frozen_max_ms;
    gboolean is_cancelled;
    GError **failure;
    const GError *first; /* (nullable) what failed for all holders */
} End;

static void
explain_early_end(const End *end, GError **reason)
{
    if (end->evidence->interruptions->len > 0)
        g_set_error(reason,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_FREEZE_EXPIRED,
                    "%s (%s) while it was frozen; try again",
                    firn_freeze_window_explain(end->evidence->interruptions->pdata[0]),
                    (char *)end->evidence->interruptions->pdata[0]);
    else if (end->is_cancelled)
        g_set_error(reason, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    else
        g_set_error(reason,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_FREEZE_EXPIRED,
                    "the guest was thawed after the %u ms that it may stay frozen; raise "
                    "--frozen-max if the guest's programs tolerate that",
                    end->frozen_max_ms);
}

/* The same judgement as for a snapshot whose cut ended when the holder left. */
static FirnVerdict
judge(const FirnQuiesceHolder *holder, const End *end, GError **reason)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_copy(end->evidence);

    if (holder->released_us == 0) {
        explain_early_end(end, reason);
        return FIRN_VERDICT_CRASH;
    }
    evidence->cut_begin_us = evidence->frozen_us;
    evidence->cut_end_us = holder->released_us;
    return firn_verdict_judge(evidence, end->frozen_max_ms, reason);
}

static void
judge_holder(FirnQuiesceHolder *holder, End *end)
{
    FirnQuiesceSessionOutcome *outcome = &holder->outcome;

    holder->reason = end->first == NULL ? NULL : g_error_copy(end->first);
    outcome->verdict =
        end->first == NULL ? judge(holder, end, &holder->reason) : FIRN_VERDICT_CRASH;
    outcome->is_held = outcome->verdict != FIRN_VERDICT_CRASH;
    if (!outcome->is_held && holder->reason == NULL)
        holder->reason = g_error_new(FIRN_HOST_ERROR,
                                     FIRN_HOST_ERROR_FREEZE_FAILED,
                                     "the guest could not be frozen");
    outcome->reason = holder->reason;
    if (end->evidence != NULL && end->evidence->thawed_us != 0)
        outcome->frozen_for_us = end->evidence->thawed_us - end->evidence->freeze_sent_us;
    if (holder->reason != NULL && *end->failure == NULL)
        *end->failure = g_error_copy(holder->reason);
}

static void
on_completed(FirnJob *job, gpointer user_data)
{
    FirnQuiesceSession *self = user_data;

    while (self->holders->len > 0) {
        FirnQuiesceHolder *holder = g_ptr_array_steal_index(self->holders, 0);

        holder->owner.on_ended(holder, &holder->outcome, holder->owner.user_data);
    }
}

static void
unref_hold(gpointer hold, GClosure *closure)
{
    firn_quiesce_session_unref(hold);
}

/* A holder may start a new session from its callback, so no holder is told before the job has
 * released the VM. */
static void
judge_all(gpointer data, gpointer more_data)
{
    FirnQuiesceSession *self = data;

    self->is_closed = TRUE;
    for (guint i = 0; i < self->holders->len; i++)
        judge_holder(self->holders->pdata[i], more_data);
    g_signal_connect_data(self->job,
                          "completed",
                          G_CALLBACK(on_completed),
                          firn_quiesce_session_ref(self),
                          unref_hold,
                          0);
    g_clear_object(&self->job);
}

void
firn_quiesce_session_end(FirnQuiesceSession *self,
                         const FirnEvidence *evidence,
                         guint frozen_max_ms,
                         GError **failure)
{
    g_autoptr(GError) first = *failure == NULL ? NULL : g_error_copy(*failure);
    End end = {evidence, frozen_max_ms, FALSE, failure, first};

    g_cancellable_disconnect(self->cancelled, self->cancelled_id);
    end.is_cancelled = g_cancellable_is_cancelled(self->cancelled);
    g_clear_object(&self->cancelled);
    FIRN_CRASH_POINT("told");
    firn_await_call(judge_all, self, &end);
}
