/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-state.h"

#include "monitor-rig.h"
#include "qmp-error.h"

static void
assert_state(FirnTestMonitorRig *rig, const char *expected, gboolean is_running)
{
    gboolean running = !is_running;
    g_autoptr(GError) error = NULL;
    g_autofree char *word = firn_run_state_query(rig->monitor, 5000, NULL, &running, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(word, ==, expected);
    g_assert_cmpint(running, ==, is_running);
}

static void
test_query(FirnTestMonitorRig *rig, gconstpointer data)
{
    assert_state(rig, "running", TRUE);
    firn_test_fake_monitor_set_state(rig->fake, "io-error");
    assert_state(rig, "io-error", FALSE);
}

static void
test_malformed(FirnTestMonitorRig *rig, gconstpointer data)
{
    gboolean is_running = TRUE;
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "query-status", data);
    g_assert_null(firn_run_state_query(rig->monitor, 5000, NULL, &is_running, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_uuid(void)
{
    g_autoptr(JsonNode) good = json_from_string("{\"UUID\": \"1-2\"}", NULL);
    g_autoptr(JsonNode) bad = json_from_string("{\"UUID\": 5}", NULL);
    g_autofree char *uuid = firn_run_state_read_uuid(good, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(uuid, ==, "1-2");
    g_assert_null(firn_run_state_read_uuid(bad, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/run-state/query", NULL, test_query);
    firn_test_monitor_rig_add("/qmp/run-state/refuses/no-status", "{}", test_malformed);
    firn_test_monitor_rig_add("/qmp/run-state/refuses/list", "[]", test_malformed);
    firn_test_monitor_rig_add("/qmp/run-state/refuses/null", "null", test_malformed);
    g_test_add_func("/qmp/run-state/uuid", test_uuid);
    return g_test_run();
}
