/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-transaction.h"

#include "engine-error.h"
#include "snapshot-name.h"

static gpointer
copy_reference(gconstpointer snapshot, gpointer user_data)
{
    return firn_snapshot_ref((FirnSnapshot *)snapshot);
}

FirnCatalogueTransaction *
firn_catalogue_transaction_new(FirnCatalogueState *old, GMutexLocker *writer)
{
    FirnCatalogueTransaction *self = g_new0(FirnCatalogueTransaction, 1);

    self->writer = writer;
    self->old = firn_catalogue_state_ref(old);
    self->snapshots = g_ptr_array_copy(old->snapshots, copy_reference, NULL);
    self->current = g_strdup(old->current);
    self->undo = old->undo == NULL ? NULL : firn_undo_point_ref(old->undo);
    self->source_mark = g_strdup(old->source_mark);
    self->policy = old->policy;
    return self;
}

void
firn_catalogue_transaction_free(FirnCatalogueTransaction *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->writer, g_mutex_locker_free);
    g_clear_pointer(&self->old, firn_catalogue_state_unref);
    g_clear_pointer(&self->snapshots, g_ptr_array_unref);
    g_free(self->current);
    firn_undo_point_unref(self->undo);
    g_free(self->source_mark);
    g_free(self);
}

FirnCatalogueState *
firn_catalogue_transaction_finish(FirnCatalogueTransaction *self, GError **error)
{
    FirnCatalogueState *state =
        firn_catalogue_state_new(self->snapshots, self->current, self->undo, &self->policy, error);

    /* If the record it names is removed, it is dropped. */
    if (state != NULL && firn_catalogue_state_find(state, self->source_mark) != NULL)
        state->source_mark = g_strdup(self->source_mark);
    return state;
}

static void
replace_text(char **text, const char *replacement)
{
    char *copy = g_strdup(replacement);

    g_free(*text);
    *text = copy;
}

static gboolean
check_name_free(FirnCatalogueState *state, const char *name, GError **error)
{
    if (firn_catalogue_state_find_name(state, name) == NULL)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_EXISTS,
                "snapshot %s already exists",
                name);
    return FALSE;
}

gboolean
firn_catalogue_transaction_check_new(FirnCatalogueState *state, const char *name, GError **error)
{
    if (!firn_snapshot_name_check(name, error) || !check_name_free(state, name, error))
        return FALSE;
    if (state->snapshots->len < state->policy.max_snapshots)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_LIMIT,
                "the VM has %u snapshots, and its limit is %u",
                state->snapshots->len,
                state->policy.max_snapshots);
    return FALSE;
}

gboolean
firn_catalogue_transaction_keep(FirnCatalogueTransaction *self,
                                FirnSnapshot *snapshot,
                                GError **error)
{
    if (!firn_snapshot_check(snapshot, error) || !check_name_free(self->old, snapshot->name, error))
        return FALSE;
    g_ptr_array_add(self->snapshots, firn_snapshot_ref(snapshot));
    return TRUE;
}

gboolean
firn_catalogue_transaction_adopt(FirnCatalogueTransaction *self,
                                 FirnSnapshot *snapshot,
                                 GError **error)
{
    return firn_catalogue_transaction_check_new(self->old, snapshot->name, error) &&
           firn_catalogue_transaction_keep(self, snapshot, error);
}

gboolean
firn_catalogue_transaction_add(FirnCatalogueTransaction *self,
                               FirnSnapshot *snapshot,
                               GError **error)
{
    if (!firn_catalogue_transaction_adopt(self, snapshot, error))
        return FALSE;
    replace_text(&self->current, snapshot->uuid);
    return TRUE;
}

static FirnSnapshot *
find_known(FirnCatalogueTransaction *self, const char *uuid, GError **error)
{
    g_autofree char *folded = g_ascii_strdown(uuid, -1);
    FirnSnapshot *found = firn_catalogue_state_find(self->old, folded);

    if (found == NULL)
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_NOT_FOUND,
                    "no snapshot has the UUID %s",
                    uuid);
    return found;
}

/* Records are shared with readers, so a change replaces the record by a changed copy. */
static FirnSnapshot *
replace_record(FirnCatalogueTransaction *self, guint index)
{
    FirnSnapshot *record = self->snapshots->pdata[index];

    self->snapshots->pdata[index] = firn_snapshot_copy(record);
    firn_snapshot_unref(record);
    return self->snapshots->pdata[index];
}

static void
move_children(FirnCatalogueTransaction *self, const FirnSnapshot *lost, const char *parent)
{
    for (guint i = 0; i < self->snapshots->len; i++) {
        const FirnSnapshot *child = self->snapshots->pdata[i];

        if (g_strcmp0(child->parent, lost->uuid) == 0)
            replace_text(&replace_record(self, i)->parent, parent);
    }
}

static void
move_undo(FirnCatalogueTransaction *self, const FirnSnapshot *lost, const char *parent)
{
    FirnUndoPoint *undo = self->undo;

    if (undo == NULL || g_strcmp0(undo->snapshot->parent, lost->uuid) != 0)
        return;
    self->undo = firn_undo_point_move(undo, parent);
    firn_undo_point_unref(undo);
}

gboolean
firn_catalogue_transaction_remove(FirnCatalogueTransaction *self, const char *uuid, GError **error)
{
    FirnSnapshot *lost = find_known(self, uuid, error);
    FirnSnapshot *parent;
    const char *parent_uuid;

    if (lost == NULL)
        return FALSE;
    /* If the parent is not known, the children become roots. */
    parent = firn_catalogue_state_find(self->old, lost->parent);
    parent_uuid = parent == NULL ? NULL : parent->uuid;
    move_children(self, lost, parent_uuid);
    move_undo(self, lost, parent_uuid);
    if (g_strcmp0(self->current, lost->uuid) == 0)
        replace_text(&self->current, parent_uuid);
    g_ptr_array_remove(self->snapshots, lost);
    return TRUE;
}

static gboolean
check_new_name(FirnCatalogueTransaction *self,
               FirnSnapshot *record,
               const char *name,
               GError **error)
{
    if (!firn_snapshot_name_check(name, error))
        return FALSE;
    /* Only the case may differ from its current name. */
    return firn_catalogue_state_find_name(self->old, name) == record ||
           check_name_free(self->old, name, error);
}

gboolean
firn_catalogue_transaction_edit(FirnCatalogueTransaction *self,
                                const char *uuid,
                                const char *name,
                                const char *comment,
                                GError **error)
{
    FirnSnapshot *record = find_known(self, uuid, error);
    FirnSnapshot *copy;
    guint index;

    if (record == NULL || !g_ptr_array_find(self->snapshots, record, &index))
        return FALSE;
    if ((name != NULL && !check_new_name(self, record, name, error)) ||
        (comment != NULL && !firn_comment_check(comment, error)))
        return FALSE;
    copy = replace_record(self, index);
    if (name != NULL)
        replace_text(&copy->name, name);
    if (comment != NULL)
        replace_text(&copy->comment, comment);
    return TRUE;
}

gboolean
firn_catalogue_transaction_set_host_hooks(FirnCatalogueTransaction *self,
                                          const char *uuid,
                                          GPtrArray *reports,
                                          GError **error)
{
    FirnSnapshot *record = find_known(self, uuid, error);
    GPtrArray *list;
    guint index;

    if (record == NULL || !g_ptr_array_find(self->snapshots, record, &index))
        return FALSE;
    list = replace_record(self, index)->evidence->host_hooks;
    g_ptr_array_set_size(list, 0);
    for (guint i = 0; i < reports->len; i++)
        g_ptr_array_add(list, firn_record_schema_copy(&firn_hook_report_schema, reports->pdata[i]));
    return TRUE;
}

void
firn_catalogue_transaction_restore(FirnCatalogueTransaction *self,
                                   const char *current,
                                   FirnUndoPoint *undo)
{
    FirnUndoPoint *old = self->undo;

    replace_text(&self->current, current);
    self->undo = undo == NULL ? NULL : firn_undo_point_ref(undo);
    firn_undo_point_unref(old);
}

void
firn_catalogue_transaction_set_current(FirnCatalogueTransaction *self, const char *uuid)
{
    replace_text(&self->current, uuid);
}

void
firn_catalogue_transaction_set_source_mark(FirnCatalogueTransaction *self, const char *uuid)
{
    replace_text(&self->source_mark, uuid);
}

void
firn_catalogue_transaction_add_undo_run(FirnCatalogueTransaction *self, const char *uuid, gint64 us)
{
    FirnUndoPoint *old = self->undo;

    if (old == NULL || !g_str_equal(old->snapshot->uuid, uuid))
        return;
    self->undo = firn_undo_point_add_run(old, us);
    firn_undo_point_unref(old);
}

void
firn_catalogue_transaction_forget_undo(FirnCatalogueTransaction *self)
{
    g_clear_pointer(&self->undo, firn_undo_point_unref);
}
