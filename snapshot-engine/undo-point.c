/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-point.h"

#include <string.h>

#include "engine-error.h"

static const char *const run_states[] = {"running", "paused", "off", NULL};

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnUndoPoint, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    FIELD(snapshot, CHILD, ALWAYS, .child = &firn_snapshot_schema),
    FIELD(restored, TEXT, ALWAYS),
    FIELD(run_state, TEXT, ALWAYS),
    FIELD(ran_us, NUMBER, ADDED, .max = G_MAXINT64 / 2),
};

static void
init_record(gpointer record)
{
    FirnUndoPoint *self = record;

    g_atomic_ref_count_init(&self->references);
}

static gboolean
check_record(gconstpointer record, GError **error)
{
    const FirnUndoPoint *self = record;

    if (g_uuid_string_is_valid(self->restored) && strpbrk(self->restored, "ABCDEF") == NULL &&
        g_strv_contains(run_states, self->run_state))
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "undo: the restored snapshot or the run state is not valid");
    return FALSE;
}

const FirnRecordSchema firn_undo_point_schema = {
    .what = "undo",
    .size = sizeof(FirnUndoPoint),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .init = init_record,
    .check = check_record,
    .free = (GDestroyNotify)firn_undo_point_unref,
    .share = (gpointer(*)(gpointer))firn_undo_point_ref,
};

FirnUndoPoint *
firn_undo_point_new(FirnSnapshot *snapshot, const char *restored, const char *run_state)
{
    FirnUndoPoint *self = firn_record_schema_new(&firn_undo_point_schema);

    self->snapshot = firn_snapshot_ref(snapshot);
    self->restored = g_strdup(restored);
    self->run_state = g_strdup(run_state);
    return self;
}

FirnUndoPoint *
firn_undo_point_ref(FirnUndoPoint *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_undo_point_unref(FirnUndoPoint *self)
{
    if (self != NULL && g_atomic_ref_count_dec(&self->references))
        firn_record_schema_free(&firn_undo_point_schema, self);
}

FirnUndoPoint *
firn_undo_point_move(const FirnUndoPoint *self, const char *parent)
{
    g_autoptr(FirnSnapshot) snapshot = firn_snapshot_copy(self->snapshot);
    FirnUndoPoint *moved;

    g_free(snapshot->parent);
    snapshot->parent = g_strdup(parent);
    moved = firn_undo_point_new(snapshot, self->restored, self->run_state);
    moved->ran_us = self->ran_us;
    return moved;
}

FirnUndoPoint *
firn_undo_point_add_run(const FirnUndoPoint *self, gint64 us)
{
    FirnUndoPoint *longer = firn_undo_point_new(self->snapshot, self->restored, self->run_state);

    longer->ran_us = self->ran_us + us;
    return longer;
}
