/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-state.h"

#include <string.h>

#include "engine-error.h"
#include "printable.h"
#include "snapshot-tree.h"

#define PREFIX_DIGITS_MIN 4

FirnCatalogueState *
firn_catalogue_state_ref(FirnCatalogueState *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_catalogue_state_unref(FirnCatalogueState *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    g_clear_pointer(&self->by_uuid, g_hash_table_unref);
    g_clear_pointer(&self->by_name, g_hash_table_unref);
    g_clear_pointer(&self->snapshots, g_ptr_array_unref);
    g_free(self->current);
    firn_undo_point_unref(self->undo);
    g_free(self->source_mark);
    g_free(self);
}

static gboolean
index_record(FirnCatalogueState *self, FirnSnapshot *snapshot, GError **error)
{
    if (g_hash_table_insert(self->by_uuid, snapshot->uuid, snapshot) &&
        g_hash_table_insert(self->by_name, g_ascii_strdown(snapshot->name, -1), snapshot))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_EXISTS,
                "two snapshots have the name %s or the UUID %s",
                snapshot->name,
                snapshot->uuid);
    return FALSE;
}

static gboolean
index_records(FirnCatalogueState *self, GError **error)
{
    for (guint i = 0; i < self->snapshots->len; i++)
        if (!index_record(self, self->snapshots->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* Each walk towards the root marks the records with its number; a walk that meets its own number is
 * in a ring. */
static gboolean
check_no_ring(FirnCatalogueState *self, GError **error)
{
    g_autoptr(GHashTable) walks = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < self->snapshots->len; i++) {
        FirnSnapshot *at = self->snapshots->pdata[i];

        for (; at != NULL && !g_hash_table_contains(walks, at);
             at = firn_catalogue_state_find(self, at->parent))
            g_hash_table_insert(walks, at, GUINT_TO_POINTER(i + 1));
        if (at == NULL || g_hash_table_lookup(walks, at) != GUINT_TO_POINTER(i + 1))
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_INVALID,
                    "snapshot %s is an ancestor of itself",
                    at->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_current(FirnCatalogueState *self, GError **error)
{
    if (self->current == NULL || firn_catalogue_state_find(self, self->current) != NULL)
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_INVALID,
                        "the current snapshot is not in the catalogue");
    return FALSE;
}

FirnCatalogueState *
firn_catalogue_state_new(GPtrArray *snapshots,
                         const char *current,
                         FirnUndoPoint *undo,
                         const FirnPolicy *policy,
                         GError **error)
{
    g_autoptr(FirnCatalogueState) self = g_new0(FirnCatalogueState, 1);

    g_atomic_ref_count_init(&self->references);
    self->snapshots = firn_snapshot_tree_order(snapshots);
    self->by_uuid = g_hash_table_new(g_str_hash, g_str_equal);
    self->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->current = g_strdup(current);
    self->undo = undo == NULL ? NULL : firn_undo_point_ref(undo);
    self->policy = *policy;
    if (!index_records(self, error) || !check_no_ring(self, error) || !check_current(self, error) ||
        !firn_policy_check(policy, error))
        return NULL;
    return g_steal_pointer(&self);
}

FirnSnapshot *
firn_catalogue_state_find(FirnCatalogueState *self, const char *uuid)
{
    return uuid == NULL ? NULL : g_hash_table_lookup(self->by_uuid, uuid);
}

FirnSnapshot *
firn_catalogue_state_find_name(FirnCatalogueState *self, const char *name)
{
    g_autofree char *folded = g_ascii_strdown(name, -1);

    return g_hash_table_lookup(self->by_name, folded);
}

static FirnSnapshot *
find_latest(FirnCatalogueState *self)
{
    FirnSnapshot *latest = NULL;

    for (guint i = 0; i < self->snapshots->len; i++) {
        FirnSnapshot *snapshot = self->snapshots->pdata[i];

        if (latest == NULL || snapshot->created_us >= latest->created_us)
            latest = snapshot;
    }
    return latest;
}

static FirnSnapshot *
lookup_word(FirnCatalogueState *self, const char *word, GError **error)
{
    FirnSnapshot *current = firn_catalogue_state_find(self, self->current);
    FirnSnapshot *found = NULL;

    if (g_str_equal(word, "@current"))
        found = current;
    else if (g_str_equal(word, "@latest"))
        found = find_latest(self);
    else if (g_str_equal(word, "@parent") && current != NULL)
        found = firn_catalogue_state_find(self, current->parent);
    if (found == NULL) {
        g_autofree char *printable = firn_printable(word);

        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_NOT_FOUND,
                    "there is no %s snapshot (valid keywords: @current, @latest and @parent)",
                    printable);
    }
    return found;
}

/* Users copy the beginning of a UUID with or without the hyphens. */
static char *
strip_hyphens(const char *uuid)
{
    GString *digits = g_string_new(NULL);

    for (; *uuid != '\0'; uuid++)
        if (*uuid != '-')
            g_string_append_c(digits, *uuid);
    return g_string_free(digits, FALSE);
}

static gboolean
is_uuid_prefix(const char *key)
{
    gsize length = strlen(key);

    return strspn(key, "0123456789abcdef-") == length && length <= 36 && g_ascii_isxdigit(key[0]);
}

static guint
count_prefix(FirnCatalogueState *self, const char *prefix, FirnSnapshot **out_found)
{
    guint count = 0;

    if (strlen(prefix) < PREFIX_DIGITS_MIN)
        return 0;
    for (guint i = 0; i < self->snapshots->len; i++) {
        FirnSnapshot *snapshot = self->snapshots->pdata[i];
        g_autofree char *digits = strip_hyphens(snapshot->uuid);

        if (!g_str_has_prefix(digits, prefix))
            continue;
        *out_found = snapshot;
        count++;
    }
    return count;
}

static FirnSnapshot *
lookup_prefix(FirnCatalogueState *self, const char *key, GError **error)
{
    g_autofree char *folded = g_ascii_strdown(key, -1);
    g_autofree char *prefix = strip_hyphens(folded);
    g_autofree char *printable = firn_printable(key);
    FirnSnapshot *found = NULL;
    guint count = is_uuid_prefix(folded) ? count_prefix(self, prefix, &found) : 0;

    if (count == 1)
        return found;
    if (count == 0)
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_NOT_FOUND,
                    "there is no snapshot \"%s\"",
                    printable);
    else
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_AMBIGUOUS,
                    "%u snapshots have a UUID that begins with %s: give more digits",
                    count,
                    printable);
    return NULL;
}

FirnSnapshot *
firn_catalogue_state_lookup(FirnCatalogueState *self, const char *key, GError **error)
{
    FirnSnapshot *found;

    if (key[0] == '@')
        return lookup_word(self, key, error);
    found = firn_catalogue_state_find_name(self, key);
    return found != NULL ? found : lookup_prefix(self, key, error);
}
