/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "monitor-rig.h"

static void
set_up(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    rig->loop = firn_test_loop_thread_start();
    rig->fake = firn_test_fake_monitor_new(NULL, 2);
    rig->peer = firn_test_fake_monitor_get_peer(rig->fake);
    rig->monitor = firn_test_open_monitor(firn_test_peer_get_path(rig->peer), &error);
    g_assert_no_error(error);
}

static void
tear_down(FirnTestMonitorRig *rig, gconstpointer data)
{
    firn_test_close_channel(rig->monitor);
    firn_test_fake_monitor_free(rig->fake);
    firn_test_loop_thread_stop(rig->loop);
}

void
firn_test_monitor_rig_add(const char *path,
                          gconstpointer data,
                          void (*test)(FirnTestMonitorRig *rig, gconstpointer data))
{
    g_test_add(path, FirnTestMonitorRig, data, set_up, test, tear_down);
}
