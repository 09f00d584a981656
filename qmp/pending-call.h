/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "line-socket.h"

/**
 * FirnPendingCall:
 *
 * A command that waits for its reply: a task with a deadline that the main loop enforces.
 */
typedef struct _FirnPendingCall FirnPendingCall;

/**
 * FirnGiveUpFunc:
 * @call: the call; still pending
 * @reason: (transfer full): deadline passed, or cancelled
 * @channel: the source object of the call's task
 */
typedef void (*FirnGiveUpFunc)(FirnPendingCall *call, GError *reason, gpointer channel);

/**
 * firn_pending_call_new:
 * @task: (transfer full): returns the reply; its source object is the channel
 * @command: for messages
 * @give_up: called on the main loop when the deadline passes or the call is cancelled
 *
 * Returns: (transfer full): a call that waits
 */
FirnPendingCall *firn_pending_call_new(GTask *task,
                                       const char *command,
                                       guint deadline_ms,
                                       FirnGiveUpFunc give_up);

/**
 * firn_pending_call_get_command:
 *
 * Returns: (transfer none): its command
 */
const char *firn_pending_call_get_command(FirnPendingCall *self);

/**
 * firn_pending_call_send:
 * @socket: what carries it
 * @message: its line
 *
 * Sends its line, and remembers its offset for firn_pending_call_take_back().
 */
void firn_pending_call_send(FirnPendingCall *self, FirnLineSocket *socket, GBytes *message);

/**
 * firn_pending_call_take_back:
 * @self: a call that is being given up
 * @socket: what carries it
 *
 * Withdraws the line if it has not been sent yet.
 *
 * Returns: %TRUE if the line was never sent
 */
gboolean firn_pending_call_take_back(FirnPendingCall *self, FirnLineSocket *socket);

/**
 * firn_pending_call_return:
 * @self: (transfer full): a call
 * @value: (transfer full) (nullable): its reply
 *
 * Completes it successfully.
 */
void firn_pending_call_return(FirnPendingCall *self, JsonNode *value);

/**
 * firn_pending_call_fail:
 * @self: (transfer full): a call
 * @error: (transfer full): why it failed
 *
 * Completes it with an error.
 */
void firn_pending_call_fail(FirnPendingCall *self, GError *error);
