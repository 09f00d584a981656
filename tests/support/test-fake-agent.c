/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-agent.h"

#include "wire.h"

static void
assert_answer(FirnTestWire *wire, const char *request, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;

    firn_test_wire_send(wire, request, &error);
    g_assert_no_error(error);
    line = firn_test_wire_read_line(wire, firn_test_wire_deadline(5000), &error);
    g_assert_no_error(error);
    if (g_strstr_len(line, -1, part) == NULL)
        g_error("%s is not in the answer to %s: %s", part, request, line);
}

static FirnTestWire *
connect_to(FirnTestFakeAgent *agent)
{
    g_autoptr(GError) error = NULL;
    const char *path = firn_test_peer_get_path(firn_test_fake_agent_get_peer(agent));
    FirnTestWire *wire = firn_test_wire_connect(path, 5000, &error);

    g_assert_no_error(error);
    return wire;
}

static void
test_freeze_and_thaw(void)
{
    g_autoptr(FirnTestFakeAgent) agent = firn_test_fake_agent_new(NULL, 2);
    g_autoptr(FirnTestWire) wire = connect_to(agent);

    assert_answer(wire,
                  "garbage\xff\n{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":7}}\n",
                  "\xff{\"return\": 7}");
    assert_answer(wire, "{\"execute\":\"guest-get-fsinfo\"}\n", "\"/mnt/b\"");
    assert_answer(wire, "{\"execute\":\"guest-fsfreeze-freeze\"}\n", "\"return\": 2");
    g_assert_true(firn_test_fake_agent_is_frozen(agent));
    assert_answer(wire, "{\"execute\":\"guest-fsfreeze-status\"}\n", "frozen");
    assert_answer(wire, "{\"execute\":\"guest-get-fsinfo\"}\n", "CommandNotFound");
    assert_answer(wire, "{\"execute\":\"guest-fsfreeze-thaw\"}\n", "\"return\": 2");
    assert_answer(wire, "{\"execute\":\"guest-fsfreeze-thaw\"}\n", "\"return\": 0");
    g_assert_false(firn_test_fake_agent_is_frozen(agent));
}

static void
test_told_to_differ(void)
{
    g_autoptr(FirnTestFakeAgent) agent = firn_test_fake_agent_new(NULL, 2);
    g_autoptr(FirnTestWire) wire = connect_to(agent);

    firn_test_fake_agent_set_counts(agent, 1, -1);
    firn_test_fake_agent_disable(agent, "guest-get-osinfo");
    assert_answer(wire, "{\"execute\":\"guest-get-osinfo\"}\n", "has been disabled");
    assert_answer(wire,
                  "{\"execute\":\"guest-info\"}\n",
                  "{\"enabled\": false, \"name\": \"guest-get-osinfo\"");
    assert_answer(wire, "{\"execute\":\"guest-fsfreeze-freeze\"}\n", "\"return\": 1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/fake-agent/freeze-and-thaw", test_freeze_and_thaw);
    g_test_add_func("/support/fake-agent/told-to-differ", test_told_to_differ);
    return g_test_run();
}
