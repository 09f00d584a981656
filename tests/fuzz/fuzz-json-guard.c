/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "fuzz.h"
#include "json-guard.h"
#include "qmp-error.h"

typedef struct {
    guint depth;
    const FirnJsonLimits *limits; /* (unowned) */
    guint *values;                /* (unowned) counts */
} Walk;

static void walk(JsonNode *node, Walk at);

static void
walk_member(JsonObject *object, const char *member, JsonNode *node, gpointer user_data)
{
    const Walk *at = user_data;

    g_assert_cmpuint(strlen(member), <=, at->limits->string_bytes);
    walk(node, *at);
}

/* What the guard accepts is within the limits for json-glib, too. */
static void
walk(JsonNode *node, Walk at)
{
    (*at.values)++;
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        JsonObject *object = json_node_get_object(node);

        at.depth++;
        g_assert_cmpuint(json_object_get_size(object), <=, at.limits->members);
        json_object_foreach_member(object, walk_member, &at);
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);

        at.depth++;
        g_assert_cmpuint(json_array_get_length(array), <=, at.limits->members);
        for (guint i = 0; i < json_array_get_length(array); i++)
            walk(json_array_get_element(array, i), at);
    } else if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING) {
        g_assert_cmpuint(strlen(json_node_get_string(node)), <=, at.limits->string_bytes);
        g_assert_true(g_utf8_validate(json_node_get_string(node), -1, NULL));
    }
    g_assert_cmpuint(at.depth, <=, at.limits->depth);
}

static void
try(const char *text, gsize length, const FirnJsonLimits *limits)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) error = NULL;
    guint values = 0;
    JsonNode *root;

    if (!firn_json_guard_check(text, length, limits, &error)) {
        g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpuint(length, <=, limits->message_bytes);
    g_assert_true(json_parser_load_from_data(parser, text, (gssize)length, NULL));
    root = json_parser_get_root(parser);
    g_assert_true(JSON_NODE_HOLDS_OBJECT(root));
    walk(root, (Walk){0, limits, &values});
    g_assert_cmpuint(values, <=, limits->values);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    /* Small limits, so that the fuzzer finds the edges. */
    static const FirnJsonLimits tight = {200, 12, 4, 3, 9};
    g_autofree char *text = g_strndup((const char *)bytes, length);

    try(text, length, &tight);
    try(text, length, &FIRN_JSON_LIMITS_AGENT);
    try(text, length, &FIRN_JSON_LIMITS_MONITOR);
}
