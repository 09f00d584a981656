/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-write.h"

char *
firn_json_write(JsonNode *node, gboolean is_pretty)
{
    g_autofree char *text = json_to_string(node, is_pretty);
    g_autoptr(GString) whole = g_string_new(text);

    /* The character occurs only inside strings. */
    g_string_replace(whole, "\x1f", "\\u001f", 0);
    return g_string_free(g_steal_pointer(&whole), FALSE);
}
