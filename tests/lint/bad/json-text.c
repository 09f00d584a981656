/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by json-text as snapshot-engine/example.c */
#include <json-glib/json-glib.h>

char *
firn_example(JsonNode *node)
{
    return json_to_string(node, FALSE);
}
