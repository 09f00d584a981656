/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-preview.h"

const char *
firn_delete_preview_scope_word(FirnDeletePreviewScope scope)
{
    switch (scope) {
    case FIRN_DELETE_PREVIEW_WITH_CHILDREN:
        return "with-children";
    case FIRN_DELETE_PREVIEW_CHILDREN_ONLY:
        return "children-only";
    case FIRN_DELETE_PREVIEW_ONE:
    default:
        return "one";
    }
}

/* The UUIDs of the named snapshots; empty if all are meant. */
static GHashTable *
collect_uuids(GPtrArray *paths)
{
    GHashTable *uuids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; paths != NULL && i < paths->len; i++)
        g_hash_table_add(uuids, firn_client_uuid_of(paths->pdata[i]));
    return uuids;
}

GPtrArray *
firn_delete_preview_names(GPtrArray *rows, GPtrArray *paths, FirnDeletePreviewScope scope)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    /* The named snapshots and their descendants; in tree order parents come first. */
    g_autoptr(GHashTable) families = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) named = collect_uuids(paths);

    for (guint i = 0; i < rows->len; i++) {
        const FirnSnapshotRow *row = rows->pdata[i];
        gboolean is_named = paths == NULL || g_hash_table_contains(named, row->uuid);
        gboolean is_descendant = g_hash_table_contains(families, row->parent_uuid);
        gboolean goes = (is_named && scope != FIRN_DELETE_PREVIEW_CHILDREN_ONLY) ||
                        (is_descendant && scope != FIRN_DELETE_PREVIEW_ONE);

        if (firn_snapshot_row_is_foreign(row))
            continue;
        if (is_named || is_descendant)
            g_hash_table_add(families, (gpointer)row->uuid);
        if (goes)
            g_ptr_array_add(names, g_strdup(row->name));
    }
    return names;
}
