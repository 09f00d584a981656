/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migration-state.h"

#include "json-read.h"

void
firn_migration_state_read(JsonNode *reply, FirnMigrationState *out_state)
{
    JsonObject *object = JSON_NODE_HOLDS_OBJECT(reply) ? json_node_get_object(reply) : NULL;
    const char *status = object == NULL ? NULL : firn_json_read_string(object, "status");
    JsonObject *ram = object == NULL ? NULL : firn_json_read_object(object, "ram");

    *out_state = (FirnMigrationState){.status = g_strdup(status == NULL ? "none" : status)};
    if (object != NULL)
        out_state->words = g_strdup(firn_json_read_string(object, "error-desc"));
    if (ram == NULL)
        return;
    out_state->sent_bytes = firn_json_read_int(ram, "transferred", 0);
    out_state->total_bytes = firn_json_read_int(ram, "total", 0);
    out_state->n_pages =
        firn_json_read_int(ram, "normal", 0) + firn_json_read_int(ram, "duplicate", 0);
    out_state->done_bytes = out_state->total_bytes - firn_json_read_int(ram, "remaining", 0);
}

void
firn_migration_state_clear(FirnMigrationState *self)
{
    g_clear_pointer(&self->status, g_free);
    g_clear_pointer(&self->words, g_free);
}

gboolean
firn_migration_state_has_ended(const FirnMigrationState *self)
{
    static const char *const ends[] = {"none", "completed", "failed", "cancelled", NULL};

    return g_strv_contains(ends, self->status);
}

gboolean
firn_migration_state_has_pages(const FirnMigrationState *self)
{
    return self->n_pages > 0 || firn_migration_state_has_ended(self);
}

gboolean
firn_migration_state_read_background(JsonNode *reply)
{
    JsonArray *list =
        reply == NULL || !JSON_NODE_HOLDS_ARRAY(reply) ? NULL : json_node_get_array(reply);

    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        JsonObject *one = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
        const char *name = one == NULL ? NULL : firn_json_read_string(one, "capability");

        if (g_strcmp0(name, FIRN_MIGRATION_BACKGROUND) == 0)
            return firn_json_read_boolean(one, "state", TRUE);
    }
    return TRUE;
}
