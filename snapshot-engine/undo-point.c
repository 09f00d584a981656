/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-point.h"

#include <string.h>

#include "engine-error.h"
#include "strict-json.h"

static const char *const members[] = {"snapshot", "restored", "run_state", "ran_us", NULL};
static const char *const run_states[] = {"running", "paused", "off", NULL};

FirnUndoPoint *
firn_undo_point_new(FirnSnapshot *snapshot, const char *restored, const char *run_state)
{
    FirnUndoPoint *self = g_new0(FirnUndoPoint, 1);

    g_atomic_ref_count_init(&self->references);
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
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    firn_snapshot_unref(self->snapshot);
    g_free(self->restored);
    g_free(self->run_state);
    g_free(self);
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

JsonNode *
firn_undo_point_to_json(const FirnUndoPoint *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_object_set_member(object, "snapshot", firn_snapshot_to_json(self->snapshot));
    json_object_set_string_member(object, "restored", self->restored);
    json_object_set_string_member(object, "run_state", self->run_state);
    json_object_set_int_member(object, "ran_us", self->ran_us);
    json_node_set_object(node, object);
    return node;
}

static gboolean
check(const char *restored, const char *run_state, GError **error)
{
    if (g_uuid_string_is_valid(restored) && strpbrk(restored, "ABCDEF") == NULL &&
        g_strv_contains(run_states, run_state))
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "undo: the restored snapshot or the run state is not valid");
    return FALSE;
}

FirnUndoPoint *
firn_undo_point_from_json(JsonNode *node, GError **error)
{
    JsonObject *object = firn_strict_json_object(node, "undo", members, error);
    g_autofree char *restored = NULL, *run_state = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;
    FirnUndoPoint *self;
    gint64 ran_us = 0;

    if (object == NULL || !firn_strict_json_string(object, "restored", &restored, error) ||
        !firn_strict_json_string(object, "run_state", &run_state, error) ||
        !check(restored, run_state, error))
        return NULL;
    /* Older documents do not have the member. */
    if (json_object_has_member(object, "ran_us") &&
        !firn_strict_json_integer(object, "ran_us", G_MAXINT64 / 2, &ran_us, error))
        return NULL;
    snapshot = firn_snapshot_from_json(json_object_get_member(object, "snapshot"), error);
    if (snapshot == NULL)
        return NULL;
    self = firn_undo_point_new(snapshot, restored, run_state);
    self->ran_us = ran_us;
    return self;
}
