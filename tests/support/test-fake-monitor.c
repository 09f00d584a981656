/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-monitor.h"

#include <gio/gio.h>

#include "side-monitor.h"

#define CUT                                                                                        \
    "{\"actions\":[{\"type\":\"blockdev-snapshot-internal-sync\",\"data\":"                        \
    "{\"device\":\"vda\",\"name\":\"s1\"}},{\"type\":\"blockdev-snapshot-internal-sync\","         \
    "\"data\":{\"device\":\"%s\",\"name\":\"s1\"}}]}"

static FirnTestSideMonitor *
connect_to(FirnTestFakeMonitor *fake)
{
    FirnTestPeer *peer = firn_test_fake_monitor_get_peer(fake);
    g_autoptr(GError) error = NULL;
    FirnTestSideMonitor *monitor =
        firn_test_side_monitor_new(firn_test_peer_get_path(peer), &error);

    g_assert_no_error(error);
    return monitor;
}

static void
assert_tags(FirnTestFakeMonitor *fake, const char *device, const char *expected)
{
    g_autofree char *tags = firn_test_fake_monitor_dup_snapshots(fake, device);

    g_assert_cmpstr(tags, ==, expected);
}

static void
cut(FirnTestSideMonitor *monitor, const char *second_device, gboolean succeeds)
{
    g_autofree char *arguments = g_strdup_printf(CUT, second_device);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_test_side_monitor_call(monitor, "transaction", arguments, &error);

    g_assert_cmpint(reply != NULL, ==, succeeds);
}

static void
test_transaction_is_all_or_nothing(void)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 2);
    g_autoptr(FirnTestSideMonitor) monitor = connect_to(fake);

    cut(monitor, "vdx", FALSE);
    assert_tags(fake, "vda", "");
    cut(monitor, "node-vdb", TRUE);
    assert_tags(fake, "vda", "s1");
    assert_tags(fake, "vdb", "s1");
    cut(monitor, "vdb", FALSE);
    assert_tags(fake, "vda", "s1");
}

static void
test_query_block_lists_snapshots(void)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 1);
    g_autoptr(FirnTestSideMonitor) monitor = connect_to(fake);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = NULL;
    g_autofree char *text = NULL;

    firn_test_fake_monitor_add_snapshot(fake, "vda", "foreign");
    reply = firn_test_side_monitor_call(monitor, "query-block", NULL, &error);
    g_assert_no_error(error);
    text = json_to_string(reply, FALSE);
    g_assert_nonnull(g_strstr_len(text, -1, "\"name\":\"foreign\""));
}

static void
test_job_ends_with_event(void)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 1);
    g_autoptr(FirnTestSideMonitor) monitor = connect_to(fake);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) event = NULL;
    g_autoptr(JsonNode) jobs = NULL;
    g_autoptr(JsonNode) reply = firn_test_side_monitor_call(
        monitor,
        "snapshot-save",
        "{\"job-id\":\"j\",\"tag\":\"t\",\"vmstate\":\"node-vda\",\"devices\":[\"node-vda\"]}",
        &error);

    g_assert_no_error(error);
    event = firn_test_side_monitor_wait_event(monitor, "JOB_STATUS_CHANGE", 1000, &error);
    g_assert_no_error(error);
    assert_tags(fake, "vda", "t");
    jobs = firn_test_side_monitor_call(monitor, "query-jobs", NULL, &error);
    g_assert_cmpuint(json_array_get_length(json_node_get_array(jobs)), ==, 1);
}

static void
test_stop_and_cont(void)
{
    g_autoptr(FirnTestFakeMonitor) fake = firn_test_fake_monitor_new(NULL, 0);
    g_autoptr(FirnTestSideMonitor) monitor = connect_to(fake);
    g_autoptr(GError) error = NULL;
    g_autofree char *state = NULL;

    json_node_unref(firn_test_side_monitor_call(monitor, "stop", NULL, &error));
    g_assert_no_error(error);
    state = firn_test_fake_monitor_dup_state(fake);
    g_assert_cmpstr(state, ==, "paused");
    json_node_unref(firn_test_side_monitor_wait_event(monitor, "STOP", 1000, &error));
    g_assert_no_error(error);
    json_node_unref(firn_test_side_monitor_call(monitor, "cont", NULL, &error));
    json_node_unref(firn_test_side_monitor_wait_event(monitor, "RESUME", 1000, &error));
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/fake-monitor/transaction-is-all-or-nothing",
                    test_transaction_is_all_or_nothing);
    g_test_add_func("/support/fake-monitor/query-block-lists-snapshots",
                    test_query_block_lists_snapshots);
    g_test_add_func("/support/fake-monitor/job-ends-with-event", test_job_ends_with_event);
    g_test_add_func("/support/fake-monitor/stop-and-cont", test_stop_and_cont);
    return g_test_run();
}
