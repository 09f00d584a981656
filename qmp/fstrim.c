/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fstrim.h"

#include "json-read.h"
#include "qmp-error.h"

static void
add_path(FirnFstrim *self, JsonObject *path)
{
    const char *error = firn_json_read_string(path, "error");
    const char *name = firn_json_read_string(path, "path");

    if (error == NULL) {
        self->n_trimmed++;
        self->trimmed_bytes += (guint64)MAX(firn_json_read_int(path, "trimmed", 0), 0);
        return;
    }
    self->n_failed++;
    if (self->complaint == NULL)
        self->complaint = g_strdup_printf("%s: %s", name == NULL ? "?" : name, error);
}

/* An agent before 2.4 returns an empty object. */
static FirnFstrim *
read_reply(JsonNode *reply, GError **error)
{
    JsonObject *object = JSON_NODE_HOLDS_OBJECT(reply) ? json_node_get_object(reply) : NULL;
    JsonArray *paths = firn_json_read_array(object, "paths");
    FirnFstrim *self;

    if (object == NULL) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "guest-fstrim: the reply is not of the documented form");
        return NULL;
    }
    self = g_new0(FirnFstrim, 1);
    for (guint i = 0; paths != NULL && i < json_array_get_length(paths); i++)
        add_path(self, firn_json_read_element(paths, i));
    return self;
}

FirnFstrim *
firn_fstrim_run(FirnChannel *agent, guint deadline_ms, GCancellable *cancellable, GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-fstrim", NULL, deadline_ms, cancellable, error);

    return reply == NULL ? NULL : read_reply(reply, error);
}

void
firn_fstrim_free(FirnFstrim *self)
{
    g_free(self->complaint);
    g_free(self);
}
