/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "block-device.h"
#include "chardev.h"
#include "fuzz.h"
#include "qmp-job.h"
#include "run-state.h"
#include "script-channel.h"

#define DEADLINE_MS 1000

static void
try_block(FirnChannel *monitor)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) devices = firn_block_devices_query(monitor, DEADLINE_MS, NULL, &error);

    g_assert_true((devices == NULL) == (error != NULL));
    for (guint i = 0; devices != NULL && i < devices->len; i++) {
        const FirnBlockDevice *device = devices->pdata[i];

        g_assert_nonnull(device->node_name);
        g_assert_nonnull(device->driver);
        g_assert_nonnull(device->snapshots);
        if (device->path != NULL)
            g_assert_cmpint(device->path[0], ==, '/');
    }
}

static void
try_jobs(FirnChannel *monitor)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = firn_block_jobs_query(monitor, DEADLINE_MS, NULL, &error);

    g_assert_true((words == NULL) == (error != NULL));
}

static void
try_run_state(FirnChannel *monitor)
{
    g_autoptr(GError) error = NULL;
    gboolean is_running = FALSE;
    g_autofree char *word = firn_run_state_query(monitor, DEADLINE_MS, NULL, &is_running, &error);

    g_assert_true((word == NULL) == (error != NULL));
}

static void
try_chardev(FirnChannel *monitor)
{
    gboolean is_open = FALSE;

    firn_chardev_query(monitor, "/run/web1/qga", DEADLINE_MS, NULL, &is_open);
}

static void
try_job(FirnChannel *monitor)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) error = NULL;
    gboolean ok = firn_qmp_job_run(monitor, "snapshot-delete", arguments, &error);

    g_assert_true(ok == (error == NULL));
}

/* One input is read as the reply to each query. */
void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    static void (*const questions[])(
        FirnChannel *) = {try_block, try_jobs, try_run_state, try_chardev, try_job};
    g_autoptr(FirnChannel) monitor =
        firn_script_channel_new(bytes, length, &FIRN_JSON_LIMITS_MONITOR);

    for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
        firn_script_channel_rewind(monitor);
        questions[i](monitor);
    }
}
