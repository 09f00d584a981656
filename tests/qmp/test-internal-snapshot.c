/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal-snapshot.h"

#include "monitor-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

static const char *const both[] = {"node-vda", "node-vdb", NULL};

static void
assert_tags(FirnTestMonitorRig *rig, const char *vda, const char *vdb)
{
    g_autofree char *on_vda = firn_test_fake_monitor_dup_snapshots(rig->fake, "vda");
    g_autofree char *on_vdb = firn_test_fake_monitor_dup_snapshots(rig->fake, "vdb");

    g_assert_cmpstr(on_vda, ==, vda);
    g_assert_cmpstr(on_vdb, ==, vdb);
}

static void
test_take(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_internal_snapshot_take(rig->monitor, both, "s.1", PATIENCE_MS, &error);
    g_assert_no_error(error);
    assert_tags(rig, "s.1", "s.1");
    g_assert_cmpuint(firn_test_peer_count(rig->peer, "transaction"), ==, 1);
}

static void
test_take_all_or_nothing(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_monitor_add_snapshot(rig->fake, "vdb", "s.1");
    g_assert_false(firn_internal_snapshot_take(rig->monitor, both, "s.1", PATIENCE_MS, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    assert_tags(rig, "", "s.1");
}

static void
test_delete(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_monitor_add_snapshot(rig->fake, "vda", "s.1");
    firn_test_fake_monitor_add_snapshot(rig->fake, "vdb", "keep");
    firn_internal_snapshot_delete(rig->monitor, both, "s.1", &error);
    g_assert_no_error(error);
    assert_tags(rig, "", "keep");
}

static void
test_delete_fails(FirnTestMonitorRig *rig, gconstpointer data)
{
    static const char *const unknown[] = {"node-vda", "node-vdx", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_internal_snapshot_delete(rig->monitor, unknown, "s.1", &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/internal-snapshot/take/all-disks-at-once", NULL, test_take);
    firn_test_monitor_rig_add("/qmp/internal-snapshot/take/all-or-nothing",
                              NULL,
                              test_take_all_or_nothing);
    firn_test_monitor_rig_add("/qmp/internal-snapshot/delete/only-the-tag", NULL, test_delete);
    firn_test_monitor_rig_add("/qmp/internal-snapshot/delete/fails", NULL, test_delete_fails);
    return g_test_run();
}
