/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnScriptPeer:
 *
 * The other end of a real socket, for targets that test a whole client. It uses the target's own
 * thread: everything happens in these functions.
 */
typedef struct FirnScriptPeer FirnScriptPeer;

/**
 * firn_script_peer_new:
 *
 * Returns: (transfer full): a peer that already listens; the folder of its socket exists for as
 * long as the program
 */
FirnScriptPeer *firn_script_peer_new(void);

/**
 * firn_script_peer_get_path:
 *
 * Returns: (transfer none): path of its socket
 */
const char *firn_script_peer_get_path(FirnScriptPeer *self);

/**
 * FirnScriptPieceFunc:
 * @heard: everything that the client has sent so far
 * @user_data: as given
 *
 * Called between the pieces of an input.
 */
typedef void (*FirnScriptPieceFunc)(const GString *heard, gpointer user_data);

/**
 * firn_script_peer_play:
 * @self: a peer to which the client has just connected
 * @bytes: an input
 * @length: its length in bytes
 * @between: called after each piece
 * @user_data: for @between
 *
 * Sends the input in pieces, which are separated by "%%", and closes the connection. "$id" in a
 * piece is replaced by the last number that the client has sent as an "id". Runs the main loop
 * after each piece until nothing is pending.
 */
void firn_script_peer_play(FirnScriptPeer *self,
                           const guint8 *bytes,
                           gsize length,
                           FirnScriptPieceFunc between,
                           gpointer user_data);

/**
 * firn_script_peer_count_quoted:
 *
 * Returns: how often it has sent an id back
 */
guint firn_script_peer_count_quoted(FirnScriptPeer *self);

void firn_script_peer_free(FirnScriptPeer *self);

/**
 * firn_script_drain:
 *
 * Runs the main loop until nothing is pending.
 */
void firn_script_drain(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnScriptPeer, firn_script_peer_free)
