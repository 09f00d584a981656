/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fake-agent.h"

/**
 * FirnTestTranscript:
 *
 * The script of a hostile peer, from a file. One statement on each line; "#" begins a comment:
 *
 *     peer agent|monitor      the kind of peer
 *     require STATUS          exit status of `firn create`, with --quiesce=require ...
 *     try STATUS [VERDICT]    ... and with --quiesce=try; VERDICT: of the snapshot made
 *     windows                 the agent's guest is Windows, with firn-vss.exe
 *     print VERB [COUNT] "TEXT"   what "firn-vss.exe VERB --json" prints there: TEXT, COUNT times;
 *                             @COUNTER@ and the like as in fake-agent.h
 *     when WORD [TIMES]       what follows is for each line with WORD in it, TIMES times
 *                             (0: always); "@connected": for each client
 *     send [COUNT] "TEXT"     sends TEXT, COUNT times; knows \n \r \t \\ \" \xNN;
 *                             $id is replaced by the number of the request
 *     slow MS "TEXT"          sends TEXT byte by byte, MS milliseconds apart
 *     wait MS                 waits
 *     pass                    replies as a well-behaved peer would
 *     hang-up                 closes the connection
 */
typedef struct FirnTestTranscript FirnTestTranscript;

/**
 * firn_test_transcript_load:
 * @path: a file
 *
 * Returns: (transfer full): the transcript; the test ends if the file is not valid
 */
FirnTestTranscript *firn_test_transcript_load(const char *path);

/**
 * firn_test_transcript_is_monitor:
 *
 * Returns: %TRUE if it is for a monitor, %FALSE if for an agent
 */
gboolean firn_test_transcript_is_monitor(FirnTestTranscript *self);

/**
 * firn_test_transcript_get_status:
 * @quiesce: "require" or "try"
 *
 * Returns: the exit status of `firn create`
 */
int firn_test_transcript_get_status(FirnTestTranscript *self, const char *quiesce);

/**
 * firn_test_transcript_get_verdict:
 *
 * Returns: (transfer none) (nullable): the verdict of the snapshot that --quiesce=try makes; %NULL:
 * none is made
 */
const char *firn_test_transcript_get_verdict(FirnTestTranscript *self);

/**
 * firn_test_transcript_prepare:
 * @agent: the agent that plays it
 *
 * Makes the agent's guest what the file says.
 */
void firn_test_transcript_prepare(FirnTestTranscript *self, FirnTestFakeAgent *agent);

/**
 * firn_test_transcript_play:
 *
 * Adds its rules to @peer.
 */
void firn_test_transcript_play(FirnTestTranscript *self, FirnTestPeer *peer);

/**
 * firn_test_transcript_dup_bytes:
 *
 * Returns: (transfer full): everything that it sends, for a peer that does not listen
 */
GBytes *firn_test_transcript_dup_bytes(FirnTestTranscript *self);

void firn_test_transcript_free(FirnTestTranscript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestTranscript, firn_test_transcript_free)
