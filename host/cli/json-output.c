/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-output.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

static gboolean
begins_word(const char *name, gsize at)
{
    if (at == 0 || !g_ascii_isupper(name[at]))
        return FALSE;
    return !g_ascii_isupper(name[at - 1]) || g_ascii_islower(name[at + 1]);
}

char *
firn_json_key(const char *name)
{
    GString *key = g_string_new(NULL);

    for (gsize at = 0; name[at] != '\0'; at++) {
        if (begins_word(name, at) && name[at - 1] != '-')
            g_string_append_c(key, '_');
        g_string_append_c(key, name[at] == '-' ? '_' : g_ascii_tolower(name[at]));
    }
    return g_string_free(key, FALSE);
}

static void build(JsonBuilder *builder, GVariant *value);

static void
build_object(JsonBuilder *builder, GVariant *dictionary)
{
    json_builder_begin_object(builder);
    for (gsize i = 0; i < g_variant_n_children(dictionary); i++) {
        g_autoptr(GVariant) entry = g_variant_get_child_value(dictionary, i);
        g_autoptr(GVariant) name = g_variant_get_child_value(entry, 0);
        g_autoptr(GVariant) value = g_variant_get_child_value(entry, 1);
        g_autofree char *key = firn_json_key(g_variant_get_string(name, NULL));

        json_builder_set_member_name(builder, key);
        build(builder, value);
    }
    json_builder_end_object(builder);
}

static void
build_array(JsonBuilder *builder, GVariant *array)
{
    json_builder_begin_array(builder);
    for (gsize i = 0; i < g_variant_n_children(array); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(array, i);

        build(builder, item);
    }
    json_builder_end_array(builder);
}

static void
build_variant(JsonBuilder *builder, GVariant *value)
{
    g_autoptr(GVariant) inner = g_variant_get_variant(value);

    build(builder, inner);
}

static void
build(JsonBuilder *builder, GVariant *value)
{
    switch (g_variant_classify(value)) {
    case G_VARIANT_CLASS_VARIANT:
        build_variant(builder, value);
        break;
    case G_VARIANT_CLASS_BOOLEAN:
        json_builder_add_boolean_value(builder, g_variant_get_boolean(value));
        break;
    case G_VARIANT_CLASS_INT32:
        json_builder_add_int_value(builder, g_variant_get_int32(value));
        break;
    case G_VARIANT_CLASS_UINT32:
        json_builder_add_int_value(builder, g_variant_get_uint32(value));
        break;
    case G_VARIANT_CLASS_INT64:
        json_builder_add_int_value(builder, g_variant_get_int64(value));
        break;
    case G_VARIANT_CLASS_UINT64:
        json_builder_add_int_value(builder, (gint64)g_variant_get_uint64(value));
        break;
    case G_VARIANT_CLASS_DOUBLE:
        json_builder_add_double_value(builder, g_variant_get_double(value));
        break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
        json_builder_add_string_value(builder, g_variant_get_string(value, NULL));
        break;
    case G_VARIANT_CLASS_MAYBE:
        json_builder_add_null_value(builder);
        break;
    default:
        if (g_variant_is_of_type(value, G_VARIANT_TYPE_DICTIONARY))
            build_object(builder, value);
        else
            build_array(builder, value);
    }
}

/* Control characters could steer a terminal; JSON can escape them without changing the meaning.
 * json-glib 1.6 escapes only some. */
static gboolean
needs_spelling(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return c != '\n' && (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
                         type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR);
}

static char *
spell(const char *json)
{
    GString *text = g_string_new(NULL);

    for (const char *at = json; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (!needs_spelling(c))
            g_string_append_unichar(text, c);
        else if (c < 0x10000)
            g_string_append_printf(text, "\\u%04x", c);
        else
            g_string_append_printf(text,
                                   "\\u%04x\\u%04x",
                                   0xd800 + ((c - 0x10000) >> 10),
                                   0xdc00 + (c & 0x3ff));
    }
    return g_string_free(text, FALSE);
}

void
firn_json_print(GVariant *value)
{
    g_autoptr(GVariant) owned = g_variant_ref_sink(value);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *json = NULL;
    g_autofree char *text = NULL;

    build(builder, owned);
    root = json_builder_get_root(builder);
    json = json_to_string(root, TRUE);
    text = spell(json);
    /* Not g_print(): it converts to the locale's character set. JSON is UTF-8. */
    fputs(text, stdout);
    fputc('\n', stdout);
}

GVariant *
firn_json_parse(const char *text)
{
    g_autoptr(GVariant) value = NULL;
    g_autoptr(JsonNode) node = json_from_string(text, NULL);

    if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
        value = json_gvariant_deserialize(node, "a{sv}", NULL);
    if (value == NULL)
        value = g_variant_new("a{sv}", NULL);
    return g_variant_ref_sink(g_steal_pointer(&value));
}

GStrv
firn_json_dup_strings(GVariant *dict, const char *key)
{
    g_autoptr(GVariant) list = g_variant_lookup_value(dict, key, NULL);
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    gboolean is_list = list != NULL && g_variant_is_of_type(list, G_VARIANT_TYPE_ARRAY);

    for (gsize i = 0; is_list && i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        g_autoptr(GVariant) text = g_variant_is_of_type(item, G_VARIANT_TYPE_VARIANT)
                                       ? g_variant_get_variant(item)
                                       : g_variant_ref(item);

        if (g_variant_is_of_type(text, G_VARIANT_TYPE_STRING))
            g_strv_builder_add(texts, g_variant_get_string(text, NULL));
    }
    return g_strv_builder_end(texts);
}
