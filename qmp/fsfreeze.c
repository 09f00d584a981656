/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fsfreeze.h"

#include "qmp-error.h"

/* More file systems than any guest has; a guest that reports more is lying. */
#define COUNT_LIMIT 10000

gboolean
firn_fsfreeze_read_count(JsonNode *reply, guint *out_count, GError **error)
{
    gint64 count = JSON_NODE_HOLDS_VALUE(reply) && json_node_get_value_type(reply) == G_TYPE_INT64
                       ? json_node_get_int(reply)
                       : -1;

    if (count < 0 || count > COUNT_LIMIT) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "the guest agent reports an impossible number of file systems");
        return FALSE;
    }
    *out_count = count;
    return TRUE;
}

gboolean
firn_fsfreeze_read_status(JsonNode *reply, gboolean *out_is_frozen, GError **error)
{
    const char *word =
        JSON_NODE_HOLDS_VALUE(reply) && json_node_get_value_type(reply) == G_TYPE_STRING
            ? json_node_get_string(reply)
            : NULL;

    if (g_strcmp0(word, "frozen") != 0 && g_strcmp0(word, "thawed") != 0) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "guest-fsfreeze-status: neither \"frozen\" nor \"thawed\"");
        return FALSE;
    }
    *out_is_frozen = g_strcmp0(word, "frozen") == 0;
    return TRUE;
}

gboolean
firn_fsfreeze_freeze(FirnChannel *agent,
                     guint deadline_ms,
                     GCancellable *cancellable,
                     guint *out_frozen,
                     GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-fsfreeze-freeze", NULL, deadline_ms, cancellable, error);

    return reply != NULL && firn_fsfreeze_read_count(reply, out_frozen, error);
}

gboolean
firn_fsfreeze_query(FirnChannel *agent,
                    guint deadline_ms,
                    GCancellable *cancellable,
                    gboolean *out_is_frozen,
                    GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-fsfreeze-status", NULL, deadline_ms, cancellable, error);

    return reply != NULL && firn_fsfreeze_read_status(reply, out_is_frozen, error);
}
