/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-state.h"

#include "json-read.h"
#include "qmp-error.h"

static char *
read_word(const char *command, const char *member, JsonNode *reply, GError **error)
{
    const char *word = JSON_NODE_HOLDS_OBJECT(reply)
                           ? firn_json_read_string(json_node_get_object(reply), member)
                           : NULL;

    if (word == NULL)
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "%s: no \"%s\" in the reply",
                    command,
                    member);
    return g_strdup(word);
}

char *
firn_run_state_read(JsonNode *reply, gboolean *out_is_running, GError **error)
{
    char *word = read_word("query-status", "status", reply, error);

    if (word != NULL)
        *out_is_running = firn_json_read_boolean(json_node_get_object(reply), "running", FALSE);
    return word;
}

char *
firn_run_state_read_uuid(JsonNode *reply, GError **error)
{
    return read_word("query-uuid", "UUID", reply, error);
}

char *
firn_run_state_query(FirnChannel *monitor,
                     guint deadline_ms,
                     GCancellable *cancellable,
                     gboolean *out_is_running,
                     GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-status", NULL, deadline_ms, cancellable, error);

    return reply == NULL ? NULL : firn_run_state_read(reply, out_is_running, error);
}
