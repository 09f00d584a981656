/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnSharedCall:
 *
 * Identical calls that need no permission share one answer, however many there are: all calls that
 * arrive while an operation is in progress are answered together by one more operation, since they
 * may be about something that the first has already passed. Its owner may start an operation that
 * has no callers. Main loop only.
 */
typedef struct _FirnSharedCall FirnSharedCall;

/**
 * FirnSharedCallFunc:
 * @call: to be completed later with firn_shared_call_end()
 * @owner: its owner
 *
 * Starts the operation.
 */
typedef void (*FirnSharedCallFunc)(FirnSharedCall *call, GObject *owner);

/**
 * firn_shared_call_new:
 * @owner: its owner, which is referenced while a call is in progress
 * @begin: starts the operation
 *
 * Returns: (transfer full): a shared call without callers
 */
FirnSharedCall *firn_shared_call_new(gpointer owner, FirnSharedCallFunc begin);

void firn_shared_call_free(FirnSharedCall *self);

/**
 * firn_shared_call_join:
 * @invocation: (transfer full): a call to be answered
 *
 * Adds a caller; the call is answered later.
 */
void firn_shared_call_join(FirnSharedCall *self, GDBusMethodInvocation *invocation);

/**
 * firn_shared_call_start:
 *
 * Starts the operation without a caller, unless it is in progress.
 */
void firn_shared_call_start(FirnSharedCall *self);

/**
 * firn_shared_call_end:
 * @self: a shared call whose operation has begun
 * @answer: (nullable): a tuple, floating or not; %NULL on failure
 * @error: (transfer full) (nullable): the failure
 *
 * Answers all calls that had arrived when the operation began; @self may be freed by this.
 */
void firn_shared_call_end(FirnSharedCall *self, GVariant *answer, GError *error);
