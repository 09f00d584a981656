/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnTestPeer:
 *
 * A scripted QMP monitor or guest agent on a Unix socket, in a thread of its own. Serves one client
 * at a time, like QEMU, and one line at a time, like qemu-ga: while it waits it reads nothing.
 *
 * For each line it runs the steps of the first rule that matches and has uses left. If there is
 * none, the handler replies, if there is a handler (see fake-monitor.h, fake-agent.h).
 */
typedef struct FirnTestPeer FirnTestPeer;

/**
 * FirnTestStep:
 * @delay_ms: first wait this long
 * @advance_ms: then set the clock of clock.h forward
 * @text: (nullable): then send this; $id is replaced by the request's id, unchanged, or the id of
 *   the synchronisation
 * @length: of @text, for text with NULs in it; 0: up to its end. Then $id is left alone
 * @byte_gap_ms: send @text byte by byte, with this delay; 0: at once
 * @pass: then let the handler answer
 * @hang_up: then close the connection
 *
 * One action of a peer. Zeros end a list of steps. No newline is added to @text.
 */
typedef struct {
    guint delay_ms;
    guint advance_ms;
    const char *text;
    gsize length;
    guint byte_gap_ms;
    gboolean pass;
    gboolean hang_up;
} FirnTestStep;

/**
 * FirnTestPeerHandler:
 * @peer: the peer
 * @request: (nullable): the request, an object; %NULL when a client has just connected
 * @data: user data
 *
 * Replies by firn_test_peer_send() or firn_test_peer_reply(). Runs in the peer's thread.
 */
typedef void (*FirnTestPeerHandler)(FirnTestPeer *peer, JsonObject *request, gpointer data);

/**
 * FIRN_TEST_PEER_CONNECTED:
 *
 * A rule that matches this runs its steps when a client connects.
 */
#define FIRN_TEST_PEER_CONNECTED "@connected"

/**
 * firn_test_peer_new:
 * @path: (nullable): of its socket; %NULL: one in a folder of its own
 * @handler: (nullable): replies to what no rule matches; %NULL: no reply then
 * @data: for @handler
 *
 * Returns: (transfer full): a peer that already listens
 */
FirnTestPeer *firn_test_peer_new(const char *path, FirnTestPeerHandler handler, gpointer data);

/**
 * firn_test_peer_get_path:
 *
 * Returns: (transfer none): path of its socket
 */
const char *firn_test_peer_get_path(FirnTestPeer *peer);

/**
 * firn_test_peer_when:
 * @match: part of a line, as "guest-fsfreeze-freeze", or %FIRN_TEST_PEER_CONNECTED
 * @times: how many lines this rule is for; 0: all
 * @steps: (nullable): what it does then, ended by zeros; %NULL: nothing, there is no reply
 *
 * Adds a rule after the existing ones: two rules for one command with @times 1 are for its first
 * and its second use. Everything is copied.
 */
void firn_test_peer_when(FirnTestPeer *peer,
                         const char *match,
                         guint times,
                         const FirnTestStep *steps);

/**
 * firn_test_peer_fail:
 * @match: as for firn_test_peer_when()
 * @times: as for firn_test_peer_when()
 * @description: of the error, whose class is GenericError
 *
 * Adds a rule that replies with an error.
 */
void firn_test_peer_fail(FirnTestPeer *peer,
                         const char *match,
                         guint times,
                         const char *description);

/**
 * firn_test_peer_forget_rules:
 *
 * Removes all rules.
 */
void firn_test_peer_forget_rules(FirnTestPeer *peer);

/**
 * firn_test_peer_send:
 * @text: sent unchanged
 *
 * Sends to the client, if there is one. Thread-safe.
 */
void firn_test_peer_send(FirnTestPeer *peer, const char *text);

/**
 * firn_test_peer_reply:
 * @request: (nullable): the request; its id, if any, is repeated in the reply
 * @member: "return" or "error"
 * @value: JSON text
 *
 * Sends {member: value, "id": id} as one line.
 */
void firn_test_peer_reply(FirnTestPeer *peer,
                          JsonObject *request,
                          const char *member,
                          const char *value);

/**
 * firn_test_peer_hang_up:
 *
 * Closes the connection to the client, if there is one; then another may connect. Thread-safe.
 */
void firn_test_peer_hang_up(FirnTestPeer *peer);

/**
 * firn_test_peer_count:
 * @command: value of "execute"; "" for lines that are not requests; %FIRN_TEST_PEER_CONNECTED for
 *   connections
 *
 * Returns: how often it was received since the peer was made
 */
guint firn_test_peer_count(FirnTestPeer *peer, const char *command);

/**
 * firn_test_peer_wait_count:
 * @command: as for firn_test_peer_count()
 * @count: how often
 * @deadline_ms: how long to wait
 *
 * Returns: %TRUE if it was received @count times or more
 */
gboolean firn_test_peer_wait_count(FirnTestPeer *peer,
                                   const char *command,
                                   guint count,
                                   guint deadline_ms);

/**
 * firn_test_peer_dup_commands:
 *
 * Returns: (transfer full): the commands received so far in order, separated by spaces
 */
char *firn_test_peer_dup_commands(FirnTestPeer *peer);

/**
 * firn_test_peer_free:
 * @peer: (nullable): a peer; its thread ends, its socket is removed
 */
void firn_test_peer_free(FirnTestPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestPeer, firn_test_peer_free)
