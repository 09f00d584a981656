/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "send-order.h"

struct _FirnSendOrder {
    gatomicrefcount references;
    gint64 lost_ms;
    GMutex mutex; /* guards the following, and the permits' states */
    GCond cond;
    guint n_given_up; /* commands under way whose callers have given up */
    gboolean is_lost;
    gint64 lost_us;  /* monotonic */
    gint64 heard_us; /* monotonic, of the first answer after the loss; 0: none yet */
};

typedef enum { PERMIT_GOOD, PERMIT_SENT, PERMIT_WITHDRAWN } State;

struct _FirnSendPermit {
    FirnSendOrder *order; /* (owned) its mutex guards the following */
    gboolean is_feared;
    gint64 end_us;
    gboolean overtakes;
    gint64 sent_us;
    State state;
    gboolean was_used;
    gboolean is_given_up; /* its caller gave up while it was under way */
};

FirnSendOrder *
firn_send_order_new(guint lost_ms)
{
    FirnSendOrder *self = g_new0(FirnSendOrder, 1);

    g_atomic_ref_count_init(&self->references);
    self->lost_ms = lost_ms;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->cond);
    return self;
}

FirnSendOrder *
firn_send_order_ref(FirnSendOrder *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_send_order_unref(FirnSendOrder *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->cond);
    g_free(self);
}

gboolean
firn_send_order_is_sure(FirnSendOrder *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    gint64 end_us = self->heard_us + self->lost_ms * G_TIME_SPAN_MILLISECOND;

    if (self->is_lost && self->heard_us != 0 && g_get_monotonic_time() >= end_us)
        self->is_lost = FALSE;
    return !self->is_lost && self->n_given_up == 0;
}

static void
note_loss(FirnSendOrder *self)
{
    self->is_lost = TRUE;
    self->lost_us = g_get_monotonic_time();
    self->heard_us = 0;
}

void
firn_send_order_doubt(FirnSendOrder *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    note_loss(self);
}

void
firn_send_order_settle(FirnSendOrder *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->is_lost = FALSE;
}

static void
note_answer(FirnSendOrder *self)
{
    if (self->is_lost && self->heard_us == 0)
        self->heard_us = g_get_monotonic_time();
}

void
firn_send_order_hear(FirnSendOrder *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    note_answer(self);
}

FirnSendPermit *
firn_send_permit_new(FirnSendOrder *order, gboolean is_feared, gint64 end_us)
{
    FirnSendPermit *self = g_new0(FirnSendPermit, 1);

    self->order = firn_send_order_ref(order);
    self->is_feared = is_feared;
    self->end_us = end_us;
    return self;
}

void
firn_send_permit_free(FirnSendPermit *self)
{
    if (self == NULL)
        return;
    firn_send_order_unref(self->order);
    g_free(self);
}

/* The clock decides, because a timer of the main loop may be late. */
static gboolean
is_awaited(const FirnSendPermit *self)
{
    return self->state == PERMIT_GOOD &&
           (self->end_us == 0 || g_get_monotonic_time() < self->end_us);
}

static void
wait_for_change(FirnSendPermit *self)
{
    FirnSendOrder *order = self->order;

    if (self->end_us == 0)
        g_cond_wait(&order->cond, &order->mutex);
    else
        g_cond_wait_until(&order->cond, &order->mutex, self->end_us);
}

gboolean
firn_send_permit_use(FirnSendPermit *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->order->mutex);

    while (is_awaited(self) && !self->overtakes && self->order->n_given_up > 0)
        wait_for_change(self);
    if (!is_awaited(self))
        return FALSE;
    self->state = PERMIT_SENT;
    self->was_used = TRUE;
    self->sent_us = g_get_monotonic_time();
    return TRUE;
}

static void
note_outcome(FirnSendPermit *self, FirnSendOutcome outcome)
{
    FirnSendOrder *order = self->order;

    if (outcome == FIRN_SEND_OUTCOME_LOST && self->is_feared)
        note_loss(order);
    if (outcome == FIRN_SEND_OUTCOME_ANSWERED && self->sent_us >= order->lost_us)
        note_answer(order);
}

void
firn_send_permit_put_back(FirnSendPermit *self, FirnSendOutcome outcome)
{
    FirnSendOrder *order = self->order;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&order->mutex);

    self->state = PERMIT_GOOD;
    note_outcome(self, outcome);
    if (!self->is_given_up)
        return;
    self->state = PERMIT_WITHDRAWN;
    order->n_given_up--;
    g_cond_broadcast(&order->cond);
}

gboolean
firn_send_permit_withdraw(FirnSendPermit *self)
{
    FirnSendOrder *order = self->order;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&order->mutex);

    if (self->state == PERMIT_GOOD) {
        self->state = PERMIT_WITHDRAWN;
        g_cond_broadcast(&order->cond);
    }
    if (self->state == PERMIT_SENT && !self->is_given_up) {
        self->is_given_up = TRUE;
        order->n_given_up++;
    }
    return self->state != PERMIT_SENT;
}

gboolean
firn_send_permit_recall(FirnSendPermit *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->order->mutex);

    if (self->state == PERMIT_GOOD && !self->was_used) {
        self->state = PERMIT_WITHDRAWN;
        g_cond_broadcast(&self->order->cond);
    }
    return !self->was_used;
}

void
firn_send_permit_overtake(FirnSendPermit *self)
{
    self->overtakes = TRUE;
}

gboolean
firn_send_permit_is_good(FirnSendPermit *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->order->mutex);

    return is_awaited(self);
}
