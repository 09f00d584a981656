/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "peer.h"

/**
 * FirnTestTranscript:
 *
 * What a hostile peer says, from a file. A statement a line; "#" begins a comment:
 *
 *     peer agent|monitor      who says it
 *     require STATUS          how `firn create` ends, with --quiesce=require ...
 *     try STATUS [VERDICT]    ... and with --quiesce=try; VERDICT: of the snapshot that is made
 *     when WORD [TIMES]       what follows is said to each line with WORD in it, TIMES times (0:
 * always); "@connected": to each client send [COUNT] "TEXT"     says TEXT, COUNT times; knows \n \r
 * \t \\ \" \xNN; $id is the number of what was asked slow MS "TEXT"          says TEXT byte by
 * byte, MS milliseconds apart wait MS                 waits pass                    answers as a
 * well-behaved peer would hang-up                 closes the connection
 */
typedef struct FirnTestTranscript FirnTestTranscript;

/**
 * firn_test_transcript_load:
 * @path: a file
 *
 * Returns: (transfer full): what is in it; the test ends if that is no transcript
 */
FirnTestTranscript *firn_test_transcript_load(const char *path);

/**
 * firn_test_transcript_is_monitor:
 * @self: a transcript
 *
 * Returns: %TRUE if a monitor says it, %FALSE if an agent does
 */
gboolean firn_test_transcript_is_monitor(FirnTestTranscript *self);

/**
 * firn_test_transcript_get_status:
 * @self: a transcript
 * @quiesce: "require" or "try"
 *
 * Returns: how `firn create` ends
 */
int firn_test_transcript_get_status(FirnTestTranscript *self, const char *quiesce);

/**
 * firn_test_transcript_get_verdict:
 * @self: a transcript
 *
 * Returns: (transfer none) (nullable): the verdict of what --quiesce=try makes; %NULL: nothing
 */
const char *firn_test_transcript_get_verdict(FirnTestTranscript *self);

/**
 * firn_test_transcript_play:
 * @self: a transcript
 * @peer: a peer
 *
 * Adds its rules to @peer.
 */
void firn_test_transcript_play(FirnTestTranscript *self, FirnTestPeer *peer);

/**
 * firn_test_transcript_dup_bytes:
 * @self: a transcript
 *
 * Returns: (transfer full): all that it says, one after the other, for a peer that does not listen
 */
GBytes *firn_test_transcript_dup_bytes(FirnTestTranscript *self);

/**
 * firn_test_transcript_free:
 * @self: (nullable): a transcript
 */
void firn_test_transcript_free(FirnTestTranscript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestTranscript, firn_test_transcript_free)
