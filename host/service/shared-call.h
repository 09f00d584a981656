/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnSharedCall:
 *
 * Calls that ask the same and need no permission share one answer, however many come: one look at
 * the disks is under way, and one more answers all that have come since it began, since they may
 * ask about what it has passed already. Main loop only.
 */
typedef struct _FirnSharedCall FirnSharedCall;

/**
 * FirnSharedCallFunc:
 * @call: to be ended by firn_shared_call_end(), later
 * @owner: whose it is
 *
 * Begins to find the answer.
 */
typedef void (*FirnSharedCallFunc)(FirnSharedCall *call, GObject *owner);

/**
 * firn_shared_call_new:
 * @owner: whose it is: it owns this, and is kept while a call is under way
 * @begin: finds an answer
 *
 * Returns: (transfer full): nobody has called yet
 */
FirnSharedCall *firn_shared_call_new(gpointer owner, FirnSharedCallFunc begin);

/**
 * firn_shared_call_free:
 * @self: (nullable): with nobody who waits
 */
void firn_shared_call_free(FirnSharedCall *self);

/**
 * firn_shared_call_join:
 * @self: a shared call
 * @invocation: (transfer full): of somebody who asks
 *
 * Answers it some time.
 */
void firn_shared_call_join(FirnSharedCall *self, GDBusMethodInvocation *invocation);

/**
 * firn_shared_call_end:
 * @self: a shared call that has begun
 * @answer: (nullable): a tuple, floating or not; %NULL: there is none
 * @error: (transfer full) (nullable): why there is none
 *
 * Answers all that had come when it began; @self may be gone afterwards.
 */
void firn_shared_call_end(FirnSharedCall *self, GVariant *answer, GError *error);
