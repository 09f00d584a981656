/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frozen-disks.h"

#include "disk-map.h"
#include "disk.h"
#include "indication.h"

#define QUERY_MS 10000

/* Whether every disk that has a frozen file system is known to be one of QEMU's disks. */
static gboolean
is_whole(GHashTable *map, GHashTable *frozen_at)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer address;

    g_hash_table_iter_init(&iter, map);
    while (g_hash_table_iter_next(&iter, NULL, &address))
        g_hash_table_add(known, address);
    g_hash_table_iter_init(&iter, frozen_at);
    while (g_hash_table_iter_next(&iter, &address, NULL))
        if (!g_hash_table_contains(known, address))
            return FALSE;
    return TRUE;
}

static void
name(FirnEvidence *evidence, const FirnDisk *disk)
{
    firn_evidence_indicate(evidence, FIRN_INDICATION_DISK_NOT_FROZEN);
    g_ptr_array_add(evidence->not_frozen, g_strdup(disk->target));
}

void
firn_frozen_disks_check(FirnGuestCheck *guest,
                        GPtrArray *disks,
                        GHashTable *devices,
                        GCancellable *cancellable)
{
    g_autoptr(GHashTable) map = NULL;

    /* Without file systems nothing is frozen, which another finding reports. */
    if (guest->agent == NULL || guest->monitor == NULL || guest->evidence->expected == 0 ||
        guest->frozen_at == NULL)
        return;
    map = firn_disk_map_query(guest->monitor, devices, QUERY_MS, cancellable, NULL);
    if (map == NULL || !is_whole(map, guest->frozen_at))
        return;
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];
        const char *address =
            disk->node_name == NULL ? NULL : g_hash_table_lookup(map, disk->node_name);

        if (address != NULL && !g_hash_table_contains(guest->frozen_at, address))
            name(guest->evidence, disk);
    }
}
