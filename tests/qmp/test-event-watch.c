/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-watch.h"

#include "monitor-rig.h"
#include "qmp-error.h"

static gboolean
is_wanted(const char *name, JsonObject *details, gpointer user_data)
{
    return g_strcmp0(name, user_data) == 0;
}

/* Emits events of the monitor while the watch waits. */
static gboolean
emit_wanted(gpointer data)
{
    FirnTestMonitorRig *rig = data;

    firn_test_fake_monitor_emit(rig->fake, "STOP", NULL);
    firn_test_fake_monitor_emit(rig->fake, "RESET", "{}");
    return G_SOURCE_REMOVE;
}

static gboolean
hang_up(gpointer data)
{
    FirnTestMonitorRig *rig = data;

    firn_test_fake_monitor_emit(rig->fake, "STOP", NULL);
    firn_test_peer_hang_up(rig->peer);
    return G_SOURCE_REMOVE;
}

static void
test_comes_later(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(FirnEventWatch) watch =
        firn_event_watch_new(rig->monitor, is_wanted, (gpointer) "RESET");
    g_autoptr(GError) error = NULL;

    g_timeout_add(50, emit_wanted, rig);
    g_assert_true(firn_event_watch_wait(watch, &error));
    g_assert_no_error(error);
}

static void
test_has_come(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(FirnEventWatch) watch =
        firn_event_watch_new(rig->monitor, is_wanted, (gpointer) "RESET");
    g_autoptr(JsonNode) reply = NULL;

    emit_wanted(rig);
    /* Its reply comes after the events. */
    reply = firn_channel_call(rig->monitor, "query-status", NULL, 5000, NULL, NULL);
    g_assert_nonnull(reply);
    g_assert_true(firn_event_watch_wait(watch, NULL));
}

static void
test_peer_ends(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(FirnEventWatch) watch =
        firn_event_watch_new(rig->monitor, is_wanted, (gpointer) "RESET");
    g_autoptr(GError) error = NULL;

    g_timeout_add(50, hang_up, rig);
    g_assert_false(firn_event_watch_wait(watch, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/event-watch/comes-later", NULL, test_comes_later);
    firn_test_monitor_rig_add("/qmp/event-watch/has-come-already", NULL, test_has_come);
    firn_test_monitor_rig_add("/qmp/event-watch/peer-ends-first", NULL, test_peer_ends);
    return g_test_run();
}
