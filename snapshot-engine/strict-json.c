/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "strict-json.h"

#include "engine-error.h"
#include "enum-nick.h"
#include "printable.h"

static gboolean
refuse(GError **error, const char *member, const char *wanted)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "\"%s\" is not %s",
                member,
                wanted);
    return FALSE;
}

static gboolean
holds(JsonNode *node, GType type)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

JsonObject *
firn_strict_json_object(JsonNode *node,
                        const char *what,
                        const char *const *members,
                        GError **error)
{
    JsonObject *object;
    JsonObjectIter iterator;
    const char *member;

    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)) {
        refuse(error, what, "an object");
        return NULL;
    }
    object = json_node_get_object(node);
    json_object_iter_init(&iterator, object);
    while (json_object_iter_next(&iterator, &member, NULL)) {
        if (g_strv_contains(members, member))
            continue;
        g_autofree char *printable = firn_printable(member);

        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_CORRUPT,
                    "\"%s\" has a member \"%s\" that this version does not know",
                    what,
                    printable);
        return NULL;
    }
    return object;
}

JsonArray *
firn_strict_json_array(JsonObject *object, const char *member, GError **error)
{
    JsonNode *node = json_object_get_member(object, member);

    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node)) {
        refuse(error, member, "an array");
        return NULL;
    }
    return json_node_get_array(node);
}

gboolean
firn_strict_json_string(JsonObject *object, const char *member, char **out_text, GError **error)
{
    JsonNode *node = json_object_get_member(object, member);

    if (!holds(node, G_TYPE_STRING))
        return refuse(error, member, "a string");
    *out_text = json_node_dup_string(node);
    return TRUE;
}

gboolean
firn_strict_json_string_or_null(JsonObject *object,
                                const char *member,
                                char **out_text,
                                GError **error)
{
    JsonNode *node = json_object_get_member(object, member);

    if (node == NULL || !JSON_NODE_HOLDS_NULL(node))
        return firn_strict_json_string(object, member, out_text, error);
    *out_text = NULL;
    return TRUE;
}

gboolean
firn_strict_json_strings(JsonObject *object, const char *member, GPtrArray *texts, GError **error)
{
    JsonArray *array = firn_strict_json_array(object, member, error);

    if (array == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (!holds(node, G_TYPE_STRING))
            return refuse(error, member, "an array of strings");
        g_ptr_array_add(texts, json_node_dup_string(node));
    }
    return TRUE;
}

gboolean
firn_strict_json_integer(JsonObject *object,
                         const char *member,
                         gint64 max,
                         gint64 *out_number,
                         GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    gint64 number;

    if (!holds(node, G_TYPE_INT64))
        return refuse(error, member, "a whole number");
    number = json_node_get_int(node);
    if (number < 0 || number > max)
        return refuse(error, member, "within its range");
    *out_number = number;
    return TRUE;
}

gboolean
firn_strict_json_boolean(JsonObject *object,
                         const char *member,
                         gboolean *out_value,
                         GError **error)
{
    JsonNode *node = json_object_get_member(object, member);

    if (!holds(node, G_TYPE_BOOLEAN))
        return refuse(error, member, "true or false");
    *out_value = json_node_get_boolean(node);
    return TRUE;
}

gboolean
firn_strict_json_nick(JsonObject *object,
                      const char *member,
                      GType type,
                      int *out_value,
                      GError **error)
{
    g_autofree char *nick = NULL;

    if (!firn_strict_json_string(object, member, &nick, error))
        return FALSE;
    return firn_enum_from_nick(type, nick, out_value) || refuse(error, member, "a known word");
}

void
firn_strict_json_add_strings(JsonObject *object, const char *member, GPtrArray *texts)
{
    JsonArray *array = json_array_sized_new(texts->len);

    for (guint i = 0; i < texts->len; i++)
        json_array_add_string_element(array, texts->pdata[i]);
    json_object_set_array_member(object, member, array);
}

void
firn_strict_json_add_nick(JsonObject *object, const char *member, GType type, int value)
{
    json_object_set_string_member(object, member, firn_enum_to_nick(type, value));
}
