/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnSendOrder:
 *
 * Keeps in order what several threads send to one peer. A socket carries commands in the order in
 * which they were sent, so a thaw can never overtake a freeze. Calls in threads can: whoever gives
 * up waiting leaves his thread behind. With a #FirnSendOrder nothing is sent for somebody who has
 * given up, and nothing is sent while a command that was given up is still under way. Any thread.
 */
typedef struct _FirnSendOrder FirnSendOrder;

/**
 * FirnSendPermit:
 *
 * Leave to send a command, or several one after another, for as long as somebody waits for the
 * answer. Any thread.
 */
typedef struct _FirnSendPermit FirnSendPermit;

/**
 * FirnSendOutcome:
 * @FIRN_SEND_OUTCOME_NOT_SENT: the carrier had no turn for it: the peer has not seen the command
 * @FIRN_SEND_OUTCOME_ANSWERED: the carrier has answered, whatever the answer is
 * @FIRN_SEND_OUTCOME_LOST: the carrier is gone: the command may reach the peer yet
 *
 * What became of a command that was sent.
 */
typedef enum {
    FIRN_SEND_OUTCOME_NOT_SENT,
    FIRN_SEND_OUTCOME_ANSWERED,
    FIRN_SEND_OUTCOME_LOST,
} FirnSendOutcome;

/**
 * firn_send_order_new:
 * @lost_ms: for how long a lost command may take effect, once the carrier answers again
 *
 * Returns: (transfer full): nothing is under way
 */
FirnSendOrder *firn_send_order_new(guint lost_ms);

/**
 * firn_send_order_ref:
 * @self: an order
 *
 * Returns: (transfer full): @self
 */
FirnSendOrder *firn_send_order_ref(FirnSendOrder *self);

/**
 * firn_send_order_unref:
 * @self: (nullable): an order
 */
void firn_send_order_unref(FirnSendOrder *self);

/**
 * firn_send_order_is_sure:
 * @self: an order
 *
 * Returns: %TRUE if no command that was sent earlier can take effect any more, unless somebody
 * waits for its answer
 */
gboolean firn_send_order_is_sure(FirnSendOrder *self);

/**
 * firn_send_order_doubt:
 * @self: an order
 *
 * Somebody who is gone, an earlier firnd for instance, may have sent a command: it counts as lost.
 */
void firn_send_order_doubt(FirnSendOrder *self);

/**
 * firn_send_order_settle:
 * @self: an order
 *
 * The effect of the lost command was seen: it has arrived.
 */
void firn_send_order_settle(FirnSendOrder *self);

/**
 * firn_send_order_hear:
 * @self: an order
 *
 * The carrier answers: the time of what is lost begins to run, if it does not run already.
 */
void firn_send_order_hear(FirnSendOrder *self);

/**
 * firn_send_permit_new:
 * @order: of the peer
 * @is_feared: the command does harm if it takes effect after its caller has given it up: its loss
 * matters
 * @end_us: monotonic time after which nobody waits for the answer any more; 0: no such time
 *
 * Returns: (transfer full): somebody waits
 */
FirnSendPermit *firn_send_permit_new(FirnSendOrder *order, gboolean is_feared, gint64 end_us);

/**
 * firn_send_permit_ref:
 * @self: a permit
 *
 * Returns: (transfer full): @self
 */
FirnSendPermit *firn_send_permit_ref(FirnSendPermit *self);

/**
 * firn_send_permit_unref:
 * @self: (nullable): a permit
 */
void firn_send_permit_unref(FirnSendPermit *self);

/**
 * firn_send_permit_use:
 * @self: a permit
 *
 * Immediately before the command is sent. Waits until no command that was given up is under way to
 * the same peer. Whoever got %TRUE sends, and then calls firn_send_permit_put_back().
 *
 * Returns: %TRUE if somebody waits, so that the command may be sent; %FALSE: it must not be
 */
gboolean firn_send_permit_use(FirnSendPermit *self);

/**
 * firn_send_permit_put_back:
 * @self: a permit that was used
 * @outcome: what became of the command
 *
 * It may be used again, if somebody still waits.
 */
void firn_send_permit_put_back(FirnSendPermit *self, FirnSendOutcome outcome);

/**
 * firn_send_permit_withdraw:
 * @self: a permit
 *
 * Nobody waits any more. The second time does nothing.
 *
 * Returns: %TRUE if the command is not under way: it was not sent and never will be, or it has come
 * back
 */
gboolean firn_send_permit_withdraw(FirnSendPermit *self);

/**
 * firn_send_permit_recall:
 * @self: a permit
 *
 * As firn_send_permit_withdraw(), unless something was sent: then the caller goes on waiting.
 *
 * Returns: %TRUE if nothing was sent and nothing will be
 */
gboolean firn_send_permit_recall(FirnSendPermit *self);

/**
 * firn_send_permit_overtake:
 * @self: a permit that is not used yet
 *
 * For a command that ends what is under way, the end of QEMU for instance: it waits for nothing.
 */
void firn_send_permit_overtake(FirnSendPermit *self);

/**
 * firn_send_permit_is_good:
 * @self: a permit
 *
 * Returns: %TRUE if somebody waits and the command is not under way
 */
gboolean firn_send_permit_is_good(FirnSendPermit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSendOrder, firn_send_order_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSendPermit, firn_send_permit_unref)
