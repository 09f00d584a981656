/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnLineSocket:
 *
 * A Unix socket on the main loop that carries lines. It reads a bounded amount in each iteration of
 * the loop, so that a peer that floods it does not delay other work.
 */
#define FIRN_TYPE_LINE_SOCKET (firn_line_socket_get_type())
G_DECLARE_FINAL_TYPE(FirnLineSocket, firn_line_socket, FIRN, LINE_SOCKET, GObject)

/**
 * FirnLineSocketPeer:
 * @on_line: called for each line; @is_delimited: the byte 0xFF came right before it
 * @on_closed: called when the peer closed the connection or broke the protocol; not called after
 * firn_line_socket_close()
 * @user_data: for both
 *
 * The callbacks of a socket's owner.
 */
typedef struct {
    void (*on_line)(GBytes *line, gboolean is_delimited, gpointer user_data);
    void (*on_closed)(const GError *error, gpointer user_data);
    gpointer user_data; /* (unowned) */
} FirnLineSocketPeer;

/**
 * firn_line_socket_new:
 * @path: the socket
 * @user: uid that may own the socket, besides root and firnd's own uid; 0: no other
 * @max_line_bytes: longest line
 * @peer: the callbacks; copied
 *
 * Connects. The uid of the process on the other side is taken from the kernel (SO_PEERCRED).
 *
 * Errors: %FIRN_QMP_ERROR_CLOSED (no process listens there), %FIRN_QMP_ERROR_BUSY (its backlog is
 * full), %FIRN_QMP_ERROR_UNTRUSTED.
 *
 * Returns: (transfer full): a connected socket; %NULL with @error set
 */
FirnLineSocket *firn_line_socket_new(const char *path,
                                     uid_t user,
                                     gsize max_line_bytes,
                                     const FirnLineSocketPeer *peer,
                                     GError **error);

/**
 * firn_line_socket_is_stale:
 * @path: a socket
 *
 * Finds out whether a lost connection means that the listening process has ended. Never blocks.
 *
 * Returns: %TRUE if the socket is stale: no process listens there
 */
gboolean firn_line_socket_is_stale(const char *path);

/**
 * firn_line_socket_send:
 * @bytes: what to send
 *
 * Never blocks: what the kernel does not accept now is queued and sent later.
 *
 * Returns: offset of @bytes in all that was ever sent, for firn_line_socket_take_back()
 */
guint64 firn_line_socket_send(FirnLineSocket *self, GBytes *bytes);

/**
 * firn_line_socket_take_back:
 * @begin: offset of a line that was sent
 * @length: its length in bytes
 *
 * For a line whose reply is no longer needed. If the kernel has accepted no byte of it yet, spaces
 * are sent instead, which JSON ignores.
 *
 * Returns: %TRUE if the other side will never see the line
 */
gboolean firn_line_socket_take_back(FirnLineSocket *self, guint64 begin, gsize length);

/**
 * firn_line_socket_send_file:
 * @bytes: the other side receives the file with the first of these bytes
 * @file: a file descriptor; duplicated
 *
 * As firn_line_socket_send(), and passes a file descriptor (SCM_RIGHTS). One at a time.
 *
 * Returns: %FALSE if another one is still queued, or if @file cannot be duplicated
 */
gboolean firn_line_socket_send_file(FirnLineSocket *self, GBytes *bytes, int file);

/**
 * firn_line_socket_close:
 *
 * Closes the connection; no callback runs after this.
 */
void firn_line_socket_close(FirnLineSocket *self);
