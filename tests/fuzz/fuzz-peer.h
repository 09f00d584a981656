/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnFuzzPeer:
 *
 * The far end of a real socket, for targets that are a client as a whole. Lives in the target's own
 * thread: nothing happens but by these functions.
 */
typedef struct FirnFuzzPeer FirnFuzzPeer;

/**
 * firn_fuzz_peer_new:
 *
 * Returns: (transfer full): a peer that listens already; the folder of its socket lasts as long as
 * the program
 */
FirnFuzzPeer *firn_fuzz_peer_new(void);

/**
 * firn_fuzz_peer_get_path:
 * @self: a peer
 *
 * Returns: (transfer none): path of its socket
 */
const char *firn_fuzz_peer_get_path(FirnFuzzPeer *self);

/**
 * FirnFuzzPieceFunc:
 * @heard: everything that the client has said so far
 * @user_data: as given
 *
 * Called between the pieces of an input.
 */
typedef void (*FirnFuzzPieceFunc)(const GString *heard, gpointer user_data);

/**
 * firn_fuzz_peer_play:
 * @self: a peer to which the client has just connected
 * @bytes: an input
 * @length: its bytes
 * @between: called after each piece
 * @user_data: for @between
 *
 * Sends the input in pieces, which "%%" separates, and hangs up. "$id" in a piece stands for the
 * last number that the client has sent as an "id". Runs the main loop after each piece until
 * nothing is left to be done.
 */
void firn_fuzz_peer_play(FirnFuzzPeer *self,
                         const guint8 *bytes,
                         gsize length,
                         FirnFuzzPieceFunc between,
                         gpointer user_data);

/**
 * firn_fuzz_peer_count_quoted:
 * @self: a peer
 *
 * Returns: how often it has sent an id back
 */
guint firn_fuzz_peer_count_quoted(FirnFuzzPeer *self);

/**
 * firn_fuzz_peer_free:
 * @self: (nullable): a peer
 */
void firn_fuzz_peer_free(FirnFuzzPeer *self);

/**
 * firn_fuzz_drain:
 *
 * Runs the main loop until nothing is left to be done.
 */
void firn_fuzz_drain(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFuzzPeer, firn_fuzz_peer_free)
