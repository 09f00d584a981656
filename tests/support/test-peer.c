/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include <gio/gio.h>

#include "wire.h"

#define SOON_MS 5000

static FirnTestWire *
connect_to(FirnTestPeer *peer)
{
    g_autoptr(GError) error = NULL;
    FirnTestWire *wire = firn_test_wire_connect(firn_test_peer_get_path(peer), SOON_MS, &error);

    g_assert_no_error(error);
    return wire;
}

static void
ask(FirnTestWire *wire, const char *text)
{
    g_autoptr(GError) error = NULL;

    firn_test_wire_send(wire, text, &error);
    g_assert_no_error(error);
}

static void
assert_line(FirnTestWire *wire, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line =
        firn_test_wire_read_line(wire, firn_test_wire_deadline(SOON_MS), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(line, ==, expected);
}

static void
assert_no_line(FirnTestWire *wire, GIOErrorEnum why)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = firn_test_wire_read_line(wire, firn_test_wire_deadline(100), &error);

    g_assert_null(line);
    g_assert_error(error, G_IO_ERROR, (int)why);
}

static void
test_rules_in_order(void)
{
    g_autoptr(FirnTestPeer) peer = firn_test_peer_new(NULL, NULL, NULL);
    g_autoptr(FirnTestWire) wire = NULL;

    firn_test_peer_when(peer, "@connected", 0, (FirnTestStep[]){{.text = "hello\n"}, {0}});
    firn_test_peer_when(peer,
                        "freeze",
                        1,
                        (FirnTestStep[]){{.text = "{\"id\": $id, \"return\": 2}\n"}, {0}});
    firn_test_peer_fail(peer, "freeze", 1, "no");
    wire = connect_to(peer);
    assert_line(wire, "hello");
    ask(wire, "{\"execute\":\"freeze\",\"id\":\"x1\"}\n");
    assert_line(wire, "{\"id\": \"x1\", \"return\": 2}");
    ask(wire, "\xff{\"execute\":\"freeze\"}\n");
    assert_line(wire, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}");
    ask(wire, "{\"execute\":\"freeze\"}\n");
    assert_no_line(wire, G_IO_ERROR_TIMED_OUT);
    g_assert_cmpuint(firn_test_peer_count(peer, "freeze"), ==, 3);
}

static void
test_half_line_then_end(void)
{
    g_autoptr(FirnTestPeer) peer = firn_test_peer_new(NULL, NULL, NULL);
    g_autoptr(FirnTestWire) wire = connect_to(peer);
    g_autoptr(FirnTestWire) next = NULL;

    firn_test_peer_when(peer,
                        "a",
                        1,
                        (FirnTestStep[]){
                            {.text = "slow\n",   .byte_gap_ms = 1},
                            {.delay_ms = 1,                  .text = "\0raw\n", .length = 5},
                            {.text = "half",.hang_up = TRUE},
                            {0                 },
    });
    ask(wire, "a\n");
    assert_line(wire, "slow");
    assert_line(wire, "");
    assert_no_line(wire, G_IO_ERROR_CLOSED);
    g_assert_cmpuint(firn_test_peer_count(peer, ""), ==, 1);

    next = connect_to(peer);
    g_assert_true(firn_test_peer_wait_count(peer, FIRN_TEST_PEER_CONNECTED, 2, SOON_MS));
}

/* A client that never reads must not delay the end of the test. */
static void
test_ends_while_sending(void)
{
    FirnTestPeer *peer = firn_test_peer_new(NULL, NULL, NULL);
    g_autoptr(FirnTestWire) wire = NULL;
    g_autofree char *much = g_strnfill(8 << 20, 'x');

    firn_test_peer_when(peer, "@connected", 0, (FirnTestStep[]){{.text = much}, {0}});
    wire = connect_to(peer);
    g_assert_true(firn_test_peer_wait_count(peer, FIRN_TEST_PEER_CONNECTED, 1, SOON_MS));
    firn_test_peer_free(peer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/peer/rules-in-order", test_rules_in_order);
    g_test_add_func("/support/peer/half-line-then-end", test_half_line_then_end);
    g_test_add_func("/support/peer/ends-while-sending", test_ends_while_sending);
    return g_test_run();
}
