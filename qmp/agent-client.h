/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnAgentClient:
 *
 * A channel to a guest agent on a Unix socket, one command at a time. qemu-ga does not number its
 * replies, keeps running when a client disconnects, and may send anything at any time. A command is
 * therefore sent only right after the channel was synchronised: on connecting, after every deadline
 * and after every line that no command asked for. When it is closed, what was sent and the guest
 * has not read yet is lost: a freeze that got no reply is thus never carried out later. Source:
 * QEMU docs/interop/qemu-ga-ref, guest-sync-delimited.
 */
#define FIRN_TYPE_AGENT_CLIENT (firn_agent_client_get_type())
G_DECLARE_FINAL_TYPE(FirnAgentClient, firn_agent_client, FIRN, AGENT_CLIENT, GObject)

/**
 * firn_agent_client_open_async:
 * @path: the socket
 * @user: uid that may own the socket, besides root and firnd's own uid; 0: no other
 * @deadline_ms: how long to wait for the agent
 * @callback: (scope async): called once, on the main loop
 * @user_data: for @callback
 *
 * Connects and synchronises; firn_channel_open_finish() returns the channel. Main loop only.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED (no socket there), %FIRN_QMP_ERROR_DEADLINE (no agent answers),
 * %FIRN_QMP_ERROR_BUSY, %FIRN_QMP_ERROR_UNTRUSTED, %FIRN_QMP_ERROR_MALFORMED,
 * %G_IO_ERROR_CANCELLED.
 */
void firn_agent_client_open_async(const char *path,
                                  uid_t user,
                                  guint deadline_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
