/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transcript.h"

#include <string.h>

#include "scratch-dir.h"
#include "wire.h"

#define SOON_MS 5000

static const char text[] = "# what it is\n"
                           "peer agent\n"
                           "require 6\n"
                           "try 6 crash\n"
                           "when guest-sync-delimited 1\n"
                           "send \"\\xff\"\n"
                           "send \"{\\\"return\\\": $id}\\n\"\n"
                           "when guest-info\n"
                           "send 3 \"a\\x00\"\n"
                           "hang-up\n";

static FirnTestTranscript *
load(FirnTestScratchDir *dir)
{
    g_autofree char *path = g_build_filename(firn_test_scratch_dir_get_path(dir), "case", NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return firn_test_transcript_load(path);
}

static void
test_facts(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    g_autoptr(FirnTestTranscript) transcript = load(dir);
    g_autoptr(GBytes) bytes = firn_test_transcript_dup_bytes(transcript);
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);

    g_assert_false(firn_test_transcript_is_monitor(transcript));
    g_assert_cmpint(firn_test_transcript_get_status(transcript, "require"), ==, 6);
    g_assert_cmpstr(firn_test_transcript_get_verdict(transcript), ==, "crash");
    g_assert_cmpmem(data, length, "\xff{\"return\": $id}\na\0a\0a\0", 23);
}

static void
test_played(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    g_autoptr(FirnTestTranscript) transcript = load(dir);
    g_autoptr(FirnTestPeer) peer = firn_test_peer_new(NULL, NULL, NULL);
    g_autoptr(FirnTestWire) wire =
        firn_test_wire_connect(firn_test_peer_get_path(peer), SOON_MS, NULL);
    g_autofree char *line = NULL;

    firn_test_transcript_play(transcript, peer);
    g_assert_true(
        firn_test_wire_send(wire,
                            "{\"execute\": \"guest-sync-delimited\", \"arguments\": {\"id\": 7}}\n",
                            NULL));
    line = firn_test_wire_read_line(wire, firn_test_wire_deadline(SOON_MS), NULL);
    g_assert_cmpstr(line, ==, "\xff{\"return\": 7}");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/transcript/facts", test_facts);
    g_test_add_func("/support/transcript/played", test_played);
    return g_test_run();
}
