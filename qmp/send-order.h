/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnSendOrder:
 *
 * Keeps the commands that several threads send to one peer in order. A socket carries commands in
 * the order in which they were sent, so a thaw never overtakes a freeze. Calls that run in threads
 * of their own can overtake each other: a caller that gives up waiting leaves its thread behind. A
 * #FirnSendOrder makes sure that no command is sent once its caller has given up, and that nothing
 * is sent while such a command is still under way. Thread-safe.
 */
typedef struct _FirnSendOrder FirnSendOrder;

/**
 * FirnSendPermit:
 *
 * Permission to send one or several commands, valid for as long as the caller waits for the reply.
 * Thread-safe.
 */
typedef struct _FirnSendPermit FirnSendPermit;

/**
 * FirnSendOutcome:
 * @FIRN_SEND_OUTCOME_NOT_SENT: the carrier did not send it: the peer has not seen the command
 * @FIRN_SEND_OUTCOME_ANSWERED: the carrier has replied, with whatever result
 * @FIRN_SEND_OUTCOME_LOST: the carrier is gone: the command may still reach the peer
 *
 * What happened to a command that was sent.
 */
typedef enum {
    FIRN_SEND_OUTCOME_NOT_SENT,
    FIRN_SEND_OUTCOME_ANSWERED,
    FIRN_SEND_OUTCOME_LOST,
} FirnSendOutcome;

/**
 * firn_send_order_new:
 * @lost_ms: for how long a lost command may still take effect, once the carrier answers again
 *
 * Returns: (transfer full): an order with no command under way
 */
FirnSendOrder *firn_send_order_new(guint lost_ms);

FirnSendOrder *firn_send_order_ref(FirnSendOrder *self);

void firn_send_order_unref(FirnSendOrder *self);

/**
 * firn_send_order_is_sure:
 *
 * Returns: %TRUE if no command that was sent earlier can still take effect, except those whose
 * callers wait for the reply
 */
gboolean firn_send_order_is_sure(FirnSendOrder *self);

/**
 * firn_send_order_doubt:
 *
 * Records that another process, such as an earlier firnd, may have sent a command: it counts as
 * lost.
 */
void firn_send_order_doubt(FirnSendOrder *self);

/**
 * firn_send_order_settle:
 *
 * Records that the effect of the lost command was seen: it has reached the peer.
 */
void firn_send_order_settle(FirnSendOrder *self);

/**
 * firn_send_order_hear:
 *
 * Records that the carrier answers: the time of the lost commands starts, if it has not yet.
 */
void firn_send_order_hear(FirnSendOrder *self);

/**
 * firn_send_permit_new:
 * @order: of the peer
 * @is_feared: the command does harm if it takes effect after its caller has given up, so that its
 * loss matters
 * @end_us: monotonic time after which the caller no longer waits for the reply; 0: no limit
 *
 * Returns: (transfer full): a permit whose caller waits
 */
FirnSendPermit *firn_send_permit_new(FirnSendOrder *order, gboolean is_feared, gint64 end_us);

void firn_send_permit_free(FirnSendPermit *self);

/**
 * firn_send_permit_use:
 *
 * To be called immediately before the command is sent. Waits until no command whose caller has
 * given up is under way to the same peer. A caller that gets %TRUE sends, and then calls
 * firn_send_permit_put_back().
 *
 * Returns: %TRUE if the caller still waits, so that the command may be sent; %FALSE: it must not be
 */
gboolean firn_send_permit_use(FirnSendPermit *self);

/**
 * firn_send_permit_put_back:
 * @self: a permit that was used
 * @outcome: what happened to the command
 *
 * The permit can be used again if the caller still waits.
 */
void firn_send_permit_put_back(FirnSendPermit *self, FirnSendOutcome outcome);

/**
 * firn_send_permit_withdraw:
 *
 * Records that the caller no longer waits. The second time does nothing.
 *
 * Returns: %TRUE if the command is not under way: it was not sent and never will be, or it has
 * returned
 */
gboolean firn_send_permit_withdraw(FirnSendPermit *self);

/**
 * firn_send_permit_recall:
 *
 * As firn_send_permit_withdraw(), unless something was sent: then the caller keeps waiting.
 *
 * Returns: %TRUE if nothing was sent and nothing will be
 */
gboolean firn_send_permit_recall(FirnSendPermit *self);

/**
 * firn_send_permit_overtake:
 * @self: a permit that is not used yet
 *
 * For a command that ends what is under way, such as quitting QEMU: it does not wait for others.
 */
void firn_send_permit_overtake(FirnSendPermit *self);

/**
 * firn_send_permit_is_good:
 *
 * Returns: %TRUE if the caller waits and the command is not under way
 */
gboolean firn_send_permit_is_good(FirnSendPermit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSendOrder, firn_send_order_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSendPermit, firn_send_permit_free)
