/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pause-estimate.h"

#include "evidence.h"

#define GIB ((guint64)1 << 30)

static void
add_record(GPtrArray *snapshots, FirnMemoryKind kind, guint64 bytes, gint64 stopped, gint64 total)
{
    FirnSnapshot *snapshot = firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    snapshot->memory = firn_memory_record_new(kind, "7.2.0");
    snapshot->memory->size_bytes = bytes;
    snapshot->memory->stopped_us = stopped;
    snapshot->memory->total_us = total;
    g_ptr_array_add(snapshots, snapshot);
}

static GPtrArray *
new_records(void)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);

    g_ptr_array_add(snapshots,
                    firn_snapshot_new("disks", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER)));
    return snapshots;
}

static void
test_no_record(void)
{
    g_autoptr(GPtrArray) snapshots = new_records();

    g_assert_cmpuint(firn_pause_estimate_paused(GIB, snapshots), ==, 10240000);
    g_assert_cmpuint(firn_pause_estimate_live(4 * GIB, snapshots), ==, 240000);
}

/* A recorded pause is a better estimate than what was written while the guest was running. */
static void
test_slowest_pause(void)
{
    g_autoptr(GPtrArray) snapshots = new_records();

    add_record(snapshots, FIRN_MEMORY_KIND_LIVE, GIB, 9000, 60000000);
    g_assert_cmpuint(firn_pause_estimate_paused(2 * GIB, snapshots), ==, 120000000);
    g_assert_cmpuint(firn_pause_estimate_live(2 * GIB, snapshots), ==, 9000);
    add_record(snapshots, FIRN_MEMORY_KIND_PAUSED, GIB, 2000000, 2500000);
    g_assert_cmpuint(firn_pause_estimate_paused(2 * GIB, snapshots), ==, 4000000);
    add_record(snapshots, FIRN_MEMORY_KIND_PAUSED, GIB / 2, 2000000, 2500000);
    g_assert_cmpuint(firn_pause_estimate_paused(2 * GIB, snapshots), ==, 8000000);
}

/* As after savevm into an image. */
static void
test_unmeasured(void)
{
    g_autoptr(GPtrArray) snapshots = new_records();

    add_record(snapshots, FIRN_MEMORY_KIND_PAUSED, 0, 2000000, 2500000);
    add_record(snapshots, FIRN_MEMORY_KIND_PAUSED, GIB, 0, 2500000);
    add_record(snapshots, FIRN_MEMORY_KIND_LIVE, GIB, 0, -1);
    g_assert_cmpuint(firn_pause_estimate_paused(GIB, snapshots), ==, 10240000);
    g_assert_cmpuint(firn_pause_estimate_live(0, snapshots), ==, 200000);
    add_record(snapshots, FIRN_MEMORY_KIND_PAUSED, 1, G_MAXINT64, G_MAXINT64);
    g_assert_cmpuint(firn_pause_estimate_paused(G_MAXUINT64, snapshots), <=, G_MAXINT64);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/pause-estimate/no-record", test_no_record);
    g_test_add_func("/job/pause-estimate/slowest-pause", test_slowest_pause);
    g_test_add_func("/job/pause-estimate/unmeasured-records-do-not-count", test_unmeasured);
    return g_test_run();
}
