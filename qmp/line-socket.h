/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnLineSocket:
 *
 * A Unix socket on the main loop that carries lines. Reads a bounded amount in each turn of the
 * loop, so that a peer that floods delays nobody else.
 */
#define FIRN_TYPE_LINE_SOCKET (firn_line_socket_get_type())
G_DECLARE_FINAL_TYPE(FirnLineSocket, firn_line_socket, FIRN, LINE_SOCKET, GObject)

/**
 * FirnLineSocketPeer:
 * @on_line: a line came; @is_delimited: 0xFF stood right before it
 * @on_closed: the connection is over, by the peer or by a fault of its; not called after
 * firn_line_socket_close()
 * @user_data: for both
 *
 * Who listens.
 */
typedef struct {
    void (*on_line)(GBytes *line, gboolean is_delimited, gpointer user_data);
    void (*on_closed)(const GError *error, gpointer user_data);
    gpointer user_data; /* (unowned) */
} FirnLineSocketPeer;

/**
 * firn_line_socket_new:
 * @path: the socket
 * @user: uid that may own it besides root and firnd's own; or 0
 * @max_line_bytes: longest line
 * @peer: who listens; copied
 * @error: return location for a #GError
 *
 * Connects. Who listens on the other side is known from the kernel (SO_PEERCRED), not from what it
 * says.
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED (nobody is there), %FIRN_QMP_ERROR_BUSY (its queue is full),
 * %FIRN_QMP_ERROR_UNTRUSTED.
 *
 * Returns: (transfer full): a connected socket; %NULL with @error set
 */
FirnLineSocket *firn_line_socket_new(const char *path,
                                     uid_t user,
                                     gsize max_line_bytes,
                                     const FirnLineSocketPeer *peer,
                                     GError **error);

/**
 * firn_line_socket_is_deserted:
 * @path: a socket
 *
 * Tells the end of whoever listened there from the end of a connection. Never blocks.
 *
 * Returns: %TRUE if nobody listens there
 */
gboolean firn_line_socket_is_deserted(const char *path);

/**
 * firn_line_socket_send:
 * @self: a socket
 * @bytes: what to send
 *
 * Never blocks: what the kernel does not take now is kept and sent later.
 *
 * Returns: where they begin in all that was ever sent, for firn_line_socket_take_back()
 */
guint64 firn_line_socket_send(FirnLineSocket *self, GBytes *bytes);

/**
 * firn_line_socket_take_back:
 * @self: a socket
 * @begin: where a line begins that was sent
 * @length: its bytes
 *
 * Nobody waits for the answer any more. Where the kernel has taken nothing of the line yet, blanks
 * are sent in its place, which mean nothing in JSON.
 *
 * Returns: %TRUE if the other side never sees the line
 */
gboolean firn_line_socket_take_back(FirnLineSocket *self, guint64 begin, gsize length);

/**
 * firn_line_socket_send_file:
 * @self: a connection
 * @bytes: what the other side reads first when it has the file
 * @file: a file descriptor; duplicated
 *
 * As firn_line_socket_send(), and passes a file with it (SCM_RIGHTS). One at a time.
 *
 * Returns: %FALSE if another one is on its way, or it cannot be duplicated
 */
gboolean firn_line_socket_send_file(FirnLineSocket *self, GBytes *bytes, int file);

/**
 * firn_line_socket_close:
 * @self: a socket
 *
 * Drops the connection; no callback runs after this.
 */
void firn_line_socket_close(FirnLineSocket *self);
