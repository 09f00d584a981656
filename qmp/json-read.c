/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-read.h"

static JsonNode *
get_value(JsonObject *object, const char *member, GType type)
{
    JsonNode *node = object == NULL ? NULL : json_object_get_member(object, member);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type
               ? node
               : NULL;
}

const char *
firn_json_read_string(JsonObject *object, const char *member)
{
    JsonNode *node = get_value(object, member, G_TYPE_STRING);

    return node == NULL ? NULL : json_node_get_string(node);
}

const char *
firn_json_read_text(JsonObject *object, const char *member)
{
    const char *text = firn_json_read_string(object, member);

    return text == NULL ? "" : text;
}

gint64
firn_json_read_int(JsonObject *object, const char *member, gint64 otherwise)
{
    JsonNode *node = get_value(object, member, G_TYPE_INT64);

    return node == NULL ? otherwise : json_node_get_int(node);
}

gboolean
firn_json_read_boolean(JsonObject *object, const char *member, gboolean otherwise)
{
    JsonNode *node = get_value(object, member, G_TYPE_BOOLEAN);

    return node == NULL ? otherwise : json_node_get_boolean(node);
}

JsonObject *
firn_json_read_object(JsonObject *object, const char *member)
{
    JsonNode *node = object == NULL ? NULL : json_object_get_member(object, member);

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonArray *
firn_json_read_array(JsonObject *object, const char *member)
{
    JsonNode *node = object == NULL ? NULL : json_object_get_member(object, member);

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

JsonObject *
firn_json_read_element(JsonArray *array, guint index)
{
    JsonNode *node = json_array_get_element(array, index);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

gboolean
firn_json_read_has_word(JsonArray *array, const char *word)
{
    guint length = array == NULL ? 0 : json_array_get_length(array);

    for (guint i = 0; i < length; i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
            g_str_equal(json_node_get_string(node), word))
            return TRUE;
    }
    return FALSE;
}
