/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-snapshot.h"

#include "host-error.h"
#include "internal-snapshot.h"
#include "job-rig.h"

typedef struct {
    FirnTestJobRig job;
    FirnSnapshot *snapshot; /* (owned) of both disks, recorded */
    gboolean is_begun;
    GError *error; /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *uuid = NULL;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    uuid = firn_test_job_rig_snapshot(&fixture->job, "a");
    fixture->snapshot = firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_snapshot_unref(fixture->snapshot);
    g_clear_error(&fixture->error);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

/* This thread is not the main loop's, so it may do what jobs do. */
static gboolean
erase(Fixture *fixture)
{
    return firn_delete_snapshot_run(fixture->job.rig.vm,
                                    fixture->job.backend,
                                    fixture->snapshot,
                                    &fixture->is_begun,
                                    &fixture->error);
}

static void
lose_on_first_disk(Fixture *fixture)
{
    const char *const nodes[] = {"node-vda", NULL};
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->job.rig.vm);

    g_assert_true(
        firn_internal_snapshot_delete(monitor, nodes, fixture->snapshot->tag, &fixture->error));
}

static void
test_all(Fixture *fixture, gconstpointer data)
{
    g_assert_true(erase(fixture));
    firn_test_job_rig_assert_tags(&fixture->job, "");
    g_assert_true(erase(fixture));
}

static void
test_half_gone(Fixture *fixture, gconstpointer data)
{
    lose_on_first_disk(fixture);
    g_assert_true(erase(fixture));
    firn_test_job_rig_assert_tags(&fixture->job, "");
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "snapshot-delete", 1, "no");
    g_assert_false(erase(fixture));
    g_assert_nonnull(fixture->error);
    g_assert_false(fixture->is_begun);
    firn_test_job_rig_assert_tags(&fixture->job, fixture->snapshot->tag);
}

static void
test_refused_half_way(Fixture *fixture, gconstpointer data)
{
    lose_on_first_disk(fixture);
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "snapshot-delete", 1, "no");
    g_assert_false(erase(fixture));
    g_assert_true(fixture->is_begun);
}

/* The image was moved and the disk renamed: it still has the snapshot. */
static void
test_moved(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) before = firn_snapshot_copy(fixture->snapshot);
    FirnSnapshotDisk *disk = before->disks->pdata[0];

    g_free(disk->target);
    g_free(disk->path);
    disk->target = g_strdup("hda");
    disk->path = g_build_filename(fixture->job.rig.folder, "old.qcow2", NULL);
    firn_snapshot_unref(fixture->snapshot);
    fixture->snapshot = g_steal_pointer(&before);
    g_assert_true(erase(fixture));
    firn_test_job_rig_assert_tags(&fixture->job, "");
}

/* The name of a backend is no format: QEMU's tools are not given it as one. */
static void
test_unknown_backend(Fixture *fixture, gconstpointer data)
{
    FirnSnapshotDisk disk = {"vda", "other", "/", 1, NULL};
    g_autoptr(FirnDisk) image = NULL;

    g_assert_false(firn_delete_snapshot_find_image(&disk, &image, &fixture->error));
    g_assert_error(fixture->error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
    g_assert_null(image);
}

static void
test_free(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep backup[] = {
        {.text = "{\"id\": $id, \"return\": [{\"type\": \"backup\", \"id\": \"b\", "
                 "\"status\": \"running\"}]}\n"},
        {0},
    };

    g_assert_true(firn_delete_snapshot_check(fixture->job.rig.vm, NULL, &fixture->error));
    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-jobs", 1, backup);
    g_assert_false(firn_delete_snapshot_check(fixture->job.rig.vm, NULL, &fixture->error));
    g_assert_error(fixture->error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/erase/all-disks", test_all);
    add("/job/erase/one-disk-has-lost-it", test_half_gone);
    add("/job/erase/refused-before-the-first", test_refused);
    add("/job/erase/refused-half-way", test_refused_half_way);
    add("/job/erase/disk-moved-and-renamed", test_moved);
    add("/job/erase/unknown-backend", test_unknown_backend);
    add("/job/erase/somebody-works", test_free);
    return g_test_run();
}
