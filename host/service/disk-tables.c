/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-tables.h"

#include "block-device.h"

struct _FirnDiskTables {
    GPtrArray *disks;           /* (owned) (element-type FirnDisk) */
    GMutex mutex;               /* guards look */
    FirnDiskPresenceLook *look; /* (owned) */
    GPtrArray *listed;          /* (owned) (nullable) (element-type FirnListedSnapshot) */
    GHashTable *counts; /* (owned) target -> (owned) tag -> number of snapshots; keys belong to
                         * @disks */
};

static GHashTable *
count_tags(FirnDisk *disk)
{
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < disk->snapshots->len; i++) {
        FirnImageSnapshot *entry = disk->snapshots->pdata[i];
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, entry->tag));

        g_hash_table_insert(counts, entry->tag, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

FirnDiskTables *
firn_disk_tables_new(GPtrArray *disks, FirnDiskPresenceLook *look, GPtrArray *listed)
{
    FirnDiskTables *self = g_new0(FirnDiskTables, 1);

    self->disks = g_ptr_array_ref(disks);
    self->look = look;
    g_mutex_init(&self->mutex);
    self->listed = listed == NULL ? NULL : g_ptr_array_ref(listed);
    self->counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        g_hash_table_insert(self->counts, disk->target, count_tags(disk));
    }
    return self;
}

void
firn_disk_tables_free(FirnDiskTables *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->counts);
    firn_disk_presence_look_free(self->look);
    g_mutex_clear(&self->mutex);
    g_ptr_array_unref(self->disks);
    g_clear_pointer(&self->listed, g_ptr_array_unref);
    g_free(self);
}

/* Fast for ten thousand snapshots, as long as no disk was moved. */
static gboolean
have_in_their_places(FirnDiskTables *self, const FirnSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        FirnSnapshotDisk *wanted = snapshot->disks->pdata[i];
        GHashTable *counts = g_hash_table_lookup(self->counts, wanted->target);
        const FirnDisk *disk = counts == NULL ? NULL : firn_disks_find(self->disks, wanted->target);

        if (disk == NULL || g_strcmp0(disk->path, wanted->path) != 0 ||
            GPOINTER_TO_UINT(g_hash_table_lookup(counts, snapshot->tag)) != 1)
            return FALSE;
    }
    return snapshot->disks->len > 0;
}

gboolean
firn_disk_tables_have(FirnDiskTables *self, const FirnSnapshot *snapshot)
{
    g_autoptr(GMutexLocker) locker = NULL;

    if (have_in_their_places(self, snapshot))
        return TRUE;
    locker = g_mutex_locker_new(&self->mutex);
    return firn_disk_presence_look_judge(self->look, snapshot) == FIRN_DISK_PRESENCE_WHOLE;
}

static void
foreign_free(FirnForeignSnapshot *foreign)
{
    g_free(foreign->tag);
    g_free(foreign->id);
    g_ptr_array_unref(foreign->disks);
    g_free(foreign);
}

static FirnForeignSnapshot *
foreign_new(const char *kind, const char *tag, const char *id, gint64 created_s)
{
    FirnForeignSnapshot *foreign = g_new0(FirnForeignSnapshot, 1);

    foreign->kind = kind;
    foreign->tag = g_utf8_make_valid(tag, -1);
    foreign->id = g_utf8_make_valid(id, -1);
    foreign->created_s = created_s;
    foreign->disks = g_ptr_array_new_with_free_func(g_free);
    return foreign;
}

static gint
compare_created(gconstpointer a, gconstpointer b)
{
    const FirnForeignSnapshot *first = *(FirnForeignSnapshot *const *)a;
    const FirnForeignSnapshot *second = *(FirnForeignSnapshot *const *)b;

    return (first->created_s > second->created_s) - (first->created_s < second->created_s);
}

static void
collect_foreign(FirnDisk *disk, GHashTable *own, GHashTable *by_tag, GPtrArray *list)
{
    for (guint i = 0; i < disk->snapshots->len; i++) {
        FirnImageSnapshot *entry = disk->snapshots->pdata[i];
        FirnForeignSnapshot *foreign = g_hash_table_lookup(by_tag, entry->tag);

        if (g_hash_table_contains(own, entry->tag))
            continue;
        if (foreign == NULL) {
            foreign = foreign_new("internal", entry->tag, entry->id, entry->created_s);
            g_ptr_array_add(list, foreign);
            g_hash_table_insert(by_tag, entry->tag, foreign);
        }
        g_ptr_array_add(foreign->disks, g_strdup(disk->target));
    }
}

static void
add_external_disks(FirnForeignSnapshot *foreign, const FirnListedSnapshot *listed)
{
    for (guint i = 0; i < listed->disks->len; i++) {
        const FirnListedDisk *disk = listed->disks->pdata[i];

        if (g_str_equal(disk->how, "external"))
            g_ptr_array_add(foreign->disks, g_strdup(disk->target));
    }
}

static const char *
tell_kind(FirnDiskTables *self, const FirnListedSnapshot *listed)
{
    if (listed->is_external)
        return "external";
    return firn_listed_snapshot_find_overlay(listed, self->disks) != NULL ? "covered" : "empty";
}

static void
collect_listed(FirnDiskTables *self,
               const FirnListedSnapshot *listed,
               GHashTable *by_tag,
               GPtrArray *list)
{
    FirnForeignSnapshot *foreign = g_hash_table_lookup(by_tag, listed->name);

    if (foreign != NULL) {
        if (listed->is_external)
            foreign->kind = "external";
        return;
    }
    foreign = foreign_new(tell_kind(self, listed), listed->name, "", MAX(listed->created_s, 0));
    add_external_disks(foreign, listed);
    g_ptr_array_add(list, foreign);
}

GPtrArray *
firn_disk_tables_list_foreign(FirnDiskTables *self, GPtrArray *records)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)foreign_free);
    g_autoptr(GHashTable) own = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) by_tag = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < records->len; i++)
        g_hash_table_add(own, ((FirnSnapshot *)records->pdata[i])->tag);
    for (guint i = 0; i < self->disks->len; i++)
        collect_foreign(self->disks->pdata[i], own, by_tag, list);
    for (guint i = 0; self->listed != NULL && i < self->listed->len; i++) {
        const FirnListedSnapshot *listed = self->listed->pdata[i];

        /* A job may have recorded it after the source was queried. */
        if (!g_hash_table_contains(own, listed->name))
            collect_listed(self, listed, by_tag, list);
    }
    g_ptr_array_sort(list, compare_created);
    return list;
}
