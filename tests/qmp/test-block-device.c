/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-device.h"

#include "monitor-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

#define FULL                                                                                       \
    "[{\"device\": \"cd0\", \"removable\": true},"                                                 \
    " {\"device\": \"\", \"qdev\": \"/machine/peripheral/d0/virtio-backend\","                     \
    "  \"io-status\": \"nospace\", \"inserted\": {\"node-name\": \"n0\", \"drv\": \"qcow2\","      \
    "  \"ro\": false, \"file\": \"/srv/a,b.qcow2\", \"backing_file\": \"/srv/base.qcow2\","        \
    "  \"dirty-bitmaps\": [{\"name\": \"b\", \"persistent\": true}, {\"name\": \"c\"}], "          \
    "\"image\": {\"virtual-size\": 4194304,"                                                       \
    "  \"snapshots\": [{\"id\": \"1\", \"name\": \"s\", \"date-sec\": 17,"                         \
    "  \"vm-clock-sec\": 3, \"vm-clock-nsec\": 7, \"vm-state-size\": 5}, {\"id\": \"2\", "         \
    "\"name\": \"t\"}]}}},"                                                                        \
    " {\"device\": \"vdb\", \"io-status\": \"ok\", \"inserted\": {\"node-name\": \"#block1\","     \
    "  \"drv\": \"raw\", \"ro\": true, \"file\": \"json:{}\", \"dirty-bitmaps\": []}}]"

static GPtrArray *
query(FirnTestMonitorRig *rig, const char *reply)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *devices;

    firn_test_answer(rig->peer, "query-block", reply);
    devices = firn_block_devices_query(rig->monitor, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    return devices;
}

static void
test_writable_disk(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) devices = query(rig, FULL);
    const FirnBlockDevice *device = devices->pdata[0];
    const FirnImageSnapshot *snapshot = device->snapshots->pdata[0];

    g_assert_cmpstr(device->device, ==, "");
    g_assert_cmpstr(device->qdev, ==, "/machine/peripheral/d0/virtio-backend");
    g_assert_cmpstr(device->node_name, ==, "n0");
    g_assert_cmpstr(device->driver, ==, "qcow2");
    g_assert_cmpstr(device->path, ==, "/srv/a,b.qcow2");
    g_assert_cmpstr(device->backing_path, ==, "/srv/base.qcow2");
    g_assert_cmpuint(device->size_bytes, ==, 4194304);
    g_assert_true(device->is_writable);
    g_assert_cmpuint(g_strv_length(device->bitmaps), ==, 1);
    g_assert_cmpstr(device->bitmaps[0], ==, "b");
    g_assert_true(device->has_io_error);
    g_assert_cmpuint(device->snapshots->len, ==, 2);
    g_assert_cmpstr(snapshot->id, ==, "1");
    g_assert_cmpstr(snapshot->tag, ==, "s");
    g_assert_cmpint(snapshot->created_s, ==, 17);
    g_assert_cmpint(snapshot->clock_ns, ==, 3000000007);
    g_assert_cmpuint(snapshot->vm_state_bytes, ==, 5);
}

static void
test_read_only_disk(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) devices = query(rig, FULL);
    const FirnBlockDevice *device = devices->pdata[1];

    g_assert_cmpstr(device->driver, ==, "raw");
    g_assert_null(device->path);
    g_assert_false(device->is_writable);
    g_assert_cmpuint(g_strv_length(device->bitmaps), ==, 0);
    g_assert_false(device->has_io_error);
    g_assert_cmpuint(device->snapshots->len, ==, 0);
}

/* As QEMU reports a disk without a format node between the guest's device and the file. */
static void
test_formless(FirnTestMonitorRig *rig, gconstpointer driver)
{
    g_autofree char *reply = g_strdup_printf("[{\"inserted\": {\"node-name\": \"n0\", \"drv\": "
                                             "\"%s\", \"file\": \"/srv/a.img\"}}]",
                                             (const char *)driver);
    g_autoptr(GPtrArray) devices = query(rig, reply);
    const FirnBlockDevice *device = devices->pdata[0];

    g_assert_cmpstr(device->driver, ==, "raw");
    g_assert_cmpstr(device->path, ==, "/srv/a.img");
}

/* Callers compare the texts, so they must not be NULL. */
static void
test_nameless_snapshots(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) devices =
        query(rig,
              "[{\"inserted\": {\"node-name\": \"n0\", \"drv\": \"qcow2\", \"image\":"
              " {\"snapshots\": [{\"id\": \"1\"}, {\"name\": \"s\"}, {\"id\": 3, \"name\": 7},"
              " {\"id\": null, \"name\": null}, [], 5]}}}]");
    const FirnBlockDevice *device = devices->pdata[0];

    g_assert_nonnull(device->device);
    g_assert_cmpuint(device->snapshots->len, ==, 6);
    for (guint i = 0; i < device->snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = device->snapshots->pdata[i];

        g_assert_nonnull(snapshot->id);
        g_assert_nonnull(snapshot->tag);
    }
}

static void
test_empty_drive(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GPtrArray) devices = query(rig, FULL);

    g_assert_cmpuint(devices->len, ==, 2);
}

static void
test_refused(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "query-block", data);
    g_assert_null(firn_block_devices_query(rig->monitor, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

typedef struct {
    const char *name;
    const char *jobs;
    const char *migration;
    const char *expected;
} Work;

#define MIRROR "[{\"type\": \"mirror\", \"id\": \"b\", \"status\": \"running\"}]"
#define OVER   "[{\"type\": \"mirror\", \"id\": \"b\", \"status\": \"concluded\"}]"
#define ACTIVE "{\"status\": \"active\"}"
#define PAST   "{\"status\": \"completed\"}"

static const Work works[] = {
    {"none",              "[]",   "{}",   ""                                   },
    {"job",               MIRROR, "{}",   "mirror job \"b\""                   },
    {"concluded-is-over", OVER,   "{}",   ""                                   },
    {"migration",         "[]",   ACTIVE, "migration (active)"                 },
    {"past-migration",    "[]",   PAST,   ""                                   },
    {"both",              MIRROR, ACTIVE, "mirror job \"b\"+migration (active)"},
};

static void
test_work(FirnTestMonitorRig *rig, gconstpointer data)
{
    const Work *work = data;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = NULL;
    g_autofree char *joined = NULL;

    firn_test_answer(rig->peer, "query-jobs", work->jobs);
    firn_test_answer(rig->peer, "query-migrate", work->migration);
    words = firn_block_jobs_query(rig->monitor, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    joined = g_strjoinv("+", words);
    g_assert_cmpstr(joined, ==, work->expected);
}

static void
test_work_unknown(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(rig->peer, "query-migrate", 1, "no");
    g_assert_null(firn_block_jobs_query(rig->monitor, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

/* An unreadable reply must not count as "no jobs". */
static void
test_work_odd(FirnTestMonitorRig *rig, gconstpointer command)
{
    gboolean is_of_jobs = g_str_equal(command, "query-jobs");
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "query-jobs", is_of_jobs ? "{}" : "[]");
    firn_test_answer(rig->peer, "query-migrate", is_of_jobs ? "{}" : "[]");
    g_assert_null(firn_block_jobs_query(rig->monitor, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/block-device/query/writable-disk", NULL, test_writable_disk);
    firn_test_monitor_rig_add("/qmp/block-device/query/read-only-disk", NULL, test_read_only_disk);
    firn_test_monitor_rig_add("/qmp/block-device/query/empty-drive", NULL, test_empty_drive);
    firn_test_monitor_rig_add("/qmp/block-device/query/raw-file", "file", test_formless);
    firn_test_monitor_rig_add("/qmp/block-device/query/raw-block-device",
                              "host_device",
                              test_formless);
    firn_test_monitor_rig_add("/qmp/block-device/query/nameless-snapshots",
                              NULL,
                              test_nameless_snapshots);
    firn_test_monitor_rig_add("/qmp/block-device/query/refuses/no-list", "{}", test_refused);
    firn_test_monitor_rig_add("/qmp/block-device/query/refuses/no-node-name",
                              "[{\"inserted\": {\"drv\": \"qcow2\"}}]",
                              test_refused);
    for (guint i = 0; i < G_N_ELEMENTS(works); i++) {
        g_autofree char *path = g_strconcat("/qmp/block-device/jobs/", works[i].name, NULL);

        firn_test_monitor_rig_add(path, &works[i], test_work);
    }
    firn_test_monitor_rig_add("/qmp/block-device/jobs/not-told", NULL, test_work_unknown);
    firn_test_monitor_rig_add("/qmp/block-device/jobs/no-list", "query-jobs", test_work_odd);
    firn_test_monitor_rig_add("/qmp/block-device/jobs/no-object", "query-migrate", test_work_odd);
    return g_test_run();
}
