/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-objects.h"

#include "snapshot-object.h"

struct _FirnSnapshotObjects {
    const FirnServiceParts *parts; /* (unowned) */
    FirnVm *vm;                    /* (unowned) */
    GHashTable *objects;           /* (owned) (element-type utf8 FirnSnapshotObject) by UUID */
};

/* Unexports the object explicitly, since a call that is being answered may still hold a
 * reference. */
static void
withdraw(gpointer object)
{
    g_object_run_dispose(object);
    g_object_unref(object);
}

FirnSnapshotObjects *
firn_snapshot_objects_new(const FirnServiceParts *parts, FirnVm *vm)
{
    FirnSnapshotObjects *self = g_new0(FirnSnapshotObjects, 1);

    self->parts = parts;
    self->vm = vm;
    self->objects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, withdraw);
    return self;
}

void
firn_snapshot_objects_free(FirnSnapshotObjects *self)
{
    g_hash_table_unref(self->objects);
    g_free(self);
}

static void
remove_missing(FirnSnapshotObjects *self, GHashTable *present)
{
    GHashTableIter iter;
    gpointer uuid;

    g_hash_table_iter_init(&iter, self->objects);
    while (g_hash_table_iter_next(&iter, &uuid, NULL))
        if (!g_hash_table_contains(present, uuid))
            g_hash_table_iter_remove(&iter);
}

void
firn_snapshot_objects_update(FirnSnapshotObjects *self)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(firn_vm_get_catalogue(self->vm));
    g_autoptr(GHashTable) present = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < records->len; i++)
        g_hash_table_add(present, ((FirnSnapshot *)records->pdata[i])->uuid);
    remove_missing(self, present);
    for (guint i = 0; i < records->len; i++) {
        FirnSnapshot *record = records->pdata[i];
        FirnSnapshotObject *object = g_hash_table_lookup(self->objects, record->uuid);

        if (object != NULL)
            firn_snapshot_object_set_record(object, record);
        else
            g_hash_table_insert(self->objects,
                                g_strdup(record->uuid),
                                firn_snapshot_object_new(self->parts, self->vm, record));
    }
}

gboolean
firn_snapshot_objects_has(FirnSnapshotObjects *self, const char *uuid)
{
    return g_hash_table_contains(self->objects, uuid);
}

void
firn_snapshot_objects_mark(FirnSnapshotObjects *self, GHashTable *unavailable)
{
    GHashTableIter iter;
    gpointer uuid, object;

    g_hash_table_iter_init(&iter, self->objects);
    while (g_hash_table_iter_next(&iter, &uuid, &object))
        firn_snapshot_object_set_available(object, !g_hash_table_contains(unavailable, uuid));
}
