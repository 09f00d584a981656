/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proxy.h"

#include <gio/gio.h>

#include "fake-agent.h"
#include "fake-monitor.h"
#include "side-monitor.h"
#include "wire.h"

static FirnTestVerdict
on_request_fail(const char *line, gpointer data)
{
    guint *calls = data;

    (*calls)++;
    return FIRN_TEST_VERDICT_FAIL;
}

static void
test_forwards_and_fails(void)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 1);
    FirnTestPeer *peer = firn_test_fake_monitor_get_peer(fake);
    g_autoptr(FirnTestProxy) proxy = firn_test_proxy_new(NULL, firn_test_peer_get_path(peer));
    g_autoptr(FirnTestSideMonitor) monitor = NULL;
    g_autoptr(GError) error = NULL;
    guint calls = 0;

    firn_test_proxy_on_request(proxy, "\"stop\"", 1, on_request_fail, &calls);
    monitor = firn_test_side_monitor_new(firn_test_proxy_get_path(proxy), &error);
    g_assert_no_error(error);
    g_assert_null(firn_test_side_monitor_call(monitor, "stop", NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_clear_error(&error);
    json_node_unref(firn_test_side_monitor_call(monitor, "stop", NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(calls, ==, 1);
    g_assert_cmpuint(firn_test_proxy_count(proxy, "\"stop\""), ==, 2);
    g_assert_cmpuint(firn_test_peer_count(peer, "stop"), ==, 1);
}

static FirnTestVerdict
on_reply_thaw(const char *line, gpointer data)
{
    firn_test_fake_agent_set_frozen(data, FALSE);
    return FIRN_TEST_VERDICT_HANG_UP;
}

/* A test can act right after the freeze, before firn has its reply. */
static void
test_acts_between_effect_and_reply(void)
{
    g_autoptr(FirnTestFakeAgent) agent = firn_test_fake_agent_new(NULL, 1);
    FirnTestPeer *peer = firn_test_fake_agent_get_peer(agent);
    g_autoptr(FirnTestProxy) proxy = firn_test_proxy_new(NULL, firn_test_peer_get_path(peer));
    g_autoptr(FirnTestWire) wire = NULL;
    g_autoptr(GError) error = NULL;

    firn_test_proxy_on_reply(proxy, "\"return\": 1", 0, on_reply_thaw, agent);
    wire = firn_test_wire_connect(firn_test_proxy_get_path(proxy), 5000, &error);
    firn_test_wire_send(wire, "{\"execute\":\"guest-fsfreeze-freeze\"}\n", &error);
    g_assert_no_error(error);
    g_assert_null(firn_test_wire_read_line(wire, firn_test_wire_deadline(5000), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    g_assert_cmpuint(firn_test_peer_count(peer, "guest-fsfreeze-freeze"), ==, 1);
    g_assert_false(firn_test_fake_agent_is_frozen(agent));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/proxy/forwards-and-fails", test_forwards_and_fails);
    g_test_add_func("/support/proxy/acts-between-effect-and-reply",
                    test_acts_between_effect_and_reply);
    return g_test_run();
}
