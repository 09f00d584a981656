/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pause-estimate.h"

#define MIB              (1024.0 * 1024)
#define GIB              (1024 * MIB)
#define US_PER_BYTE      ((double)G_USEC_PER_SEC / (100 * MIB))
#define LIVE_US          200000
#define LIVE_US_PER_BYTE (10000 / GIB)

/* How much a savevm into an image has written is not recorded. */
static double
measure(const FirnMemoryRecord *memory, FirnMemoryKind kind)
{
    gint64 us = kind == FIRN_MEMORY_KIND_PAUSED ? memory->stopped_us : memory->total_us;

    if (memory->kind != kind || memory->size_bytes == 0 || us <= 0)
        return 0;
    return (double)us / (double)memory->size_bytes;
}

static double
find_slowest(GPtrArray *snapshots, FirnMemoryKind kind)
{
    double slowest = 0;

    for (guint i = 0; i < snapshots->len; i++) {
        const FirnSnapshot *snapshot = snapshots->pdata[i];

        if (snapshot->memory != NULL)
            slowest = MAX(slowest, measure(snapshot->memory, kind));
    }
    return slowest;
}

guint64
firn_pause_estimate_paused(guint64 ram_bytes, GPtrArray *snapshots)
{
    double us_per_byte = find_slowest(snapshots, FIRN_MEMORY_KIND_PAUSED);

    if (us_per_byte <= 0)
        us_per_byte = find_slowest(snapshots, FIRN_MEMORY_KIND_LIVE);
    if (us_per_byte <= 0)
        us_per_byte = US_PER_BYTE;
    return (guint64)MIN((double)ram_bytes * us_per_byte, (double)G_MAXINT64 / 2);
}

guint64
firn_pause_estimate_live(guint64 ram_bytes, GPtrArray *snapshots)
{
    gint64 longest_us = 0;

    for (guint i = 0; i < snapshots->len; i++) {
        const FirnMemoryRecord *memory = ((FirnSnapshot *)snapshots->pdata[i])->memory;

        if (memory != NULL && memory->kind == FIRN_MEMORY_KIND_LIVE)
            longest_us = MAX(longest_us, memory->stopped_us);
    }
    if (longest_us > 0)
        return (guint64)longest_us;
    return LIVE_US + (guint64)((double)ram_bytes * LIVE_US_PER_BYTE);
}
