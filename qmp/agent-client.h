/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnAgentClient:
 *
 * A channel to a guest agent on a Unix socket. One command at a time. The agent numbers nothing,
 * outlives its clients and may say anything at any time: so a command is sent only right after the
 * channel was synchronised, on connecting and again after every deadline and every line that nobody
 * had asked for. Source: QEMU docs/interop/qemu-ga-ref, guest-sync-delimited.
 */
#define FIRN_TYPE_AGENT_CLIENT (firn_agent_client_get_type())
G_DECLARE_FINAL_TYPE(FirnAgentClient, firn_agent_client, FIRN, AGENT_CLIENT, GObject)

/**
 * firn_agent_client_open_async:
 * @path: the socket
 * @user: uid that may own it besides root and firnd's own; or 0
 * @deadline_ms: how long to wait for the agent
 * @cancellable: (nullable): ends the waiting
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Connects and synchronises. Main loop only.
 */
void firn_agent_client_open_async(const char *path,
                                  uid_t user,
                                  guint deadline_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * firn_agent_client_open_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED (no socket there), %FIRN_QMP_ERROR_DEADLINE (no agent answers),
 * %FIRN_QMP_ERROR_BUSY, %FIRN_QMP_ERROR_UNTRUSTED, %FIRN_QMP_ERROR_MALFORMED,
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): a synchronised channel; %NULL with @error set
 */
FirnChannel *firn_agent_client_open_finish(GAsyncResult *result, GError **error);

/**
 * firn_agent_client_close:
 * @self: an agent
 *
 * Ends the connection and the waiting call. Main loop only. What was sent and not read by the guest
 * yet is lost, which is what one wants of a freeze that nobody answers.
 */
void firn_agent_client_close(FirnAgentClient *self);
