/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record-schema.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "evidence.h"

/* A record with a member of each kind. */
typedef struct {
    char *inner;
} Part;

typedef struct {
    char *text;
    char *null;
    gint64 number;
    guint count;
    gboolean truth;
    FirnQuiesce word;
    GPtrArray *list;
    Part group;
    Part *child;
    GPtrArray *parts;
    guint added;
} Thing;

static void free_part(gpointer data);

static const FirnRecordField part_fields[] = {
    FIRN_RECORD_FIELD(Part, "inner", inner, TEXT, ALWAYS, .max = 3),
};

static gboolean
check_part(gconstpointer record, GError **error)
{
    const Part *part = record;

    if (!g_str_equal(part->inner, "bad"))
        return TRUE;
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID, "it is bad");
    return FALSE;
}

static const FirnRecordSchema part_schema = {
    .what = "part",
    .size = sizeof(Part),
    .fields = part_fields,
    .n_fields = G_N_ELEMENTS(part_fields),
    .check = check_part,
    .free = free_part,
    .is_numbered = TRUE,
};

static void
free_part(gpointer data)
{
    firn_record_schema_free(&part_schema, data);
}

static void
init_thing(gpointer record)
{
    Thing *thing = record;

    thing->added = 5;
}

static const FirnRecordField fields[] = {
    {"format", 0, FIRN_RECORD_FORMAT, FIRN_RECORD_ALWAYS, 1},
    FIRN_RECORD_FIELD(Thing, "text", text, TEXT, ALWAYS),
    FIRN_RECORD_FIELD(Thing, "null", null, TEXT, OR_NULL),
    FIRN_RECORD_FIELD(Thing, "number", number, NUMBER, ALWAYS, .max = 7),
    FIRN_RECORD_FIELD(Thing, "count", count, COUNT, ALWAYS),
    FIRN_RECORD_FIELD(Thing, "truth", truth, BOOLEAN, ALWAYS),
    FIRN_RECORD_FIELD(Thing, "word", word, NICK, ALWAYS, .type = firn_quiesce_get_type),
    FIRN_RECORD_FIELD(Thing, "list", list, STRINGS, ALWAYS, .max = 3),
    FIRN_RECORD_FIELD(Thing, "group", group, GROUP, ALWAYS, .child = &part_schema),
    FIRN_RECORD_FIELD(Thing, "child", child, CHILD, IF_SET, .child = &part_schema),
    FIRN_RECORD_FIELD(Thing, "parts", parts, LIST, IF_SET, .child = &part_schema),
    FIRN_RECORD_FIELD(Thing, "added", added, COUNT, ADDED),
};

static const FirnRecordSchema schema = {
    .what = "thing",
    .size = sizeof(Thing),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .init = init_thing,
};

static const char whole[] =
    "{\"format\":1,\"text\":\"t\",\"null\":null,\"number\":7,\"count\":4294967295,\"truth\":true,"
    "\"word\":\"try\",\"list\":[\"a\",\"b\"],\"group\":{\"inner\":\"x\"},"
    "\"child\":{\"inner\":\"y\"},\"parts\":[{\"inner\":\"z\"}],\"added\":2}";

/* Returns the error of @text; the domain is 0 if there is none. */
static GError *
read_text(const char *text)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    GError *error = NULL;
    gpointer thing = firn_record_schema_from_json(&schema, node, &error);

    g_assert_true((thing == NULL) == (error != NULL));
    firn_record_schema_free(&schema, thing);
    return error;
}

static char *
write_compact(const Thing *thing)
{
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&schema, thing);

    return json_to_string(node, FALSE);
}

static void
test_right_kinds(void)
{
    g_autoptr(JsonNode) node = json_from_string(whole, NULL);
    Thing *thing = firn_record_schema_from_json(&schema, node, NULL);
    Thing *copy = firn_record_schema_copy(&schema, thing);
    g_autofree char *text = write_compact(copy);

    g_assert_cmpstr(thing->text, ==, "t");
    g_assert_null(thing->null);
    g_assert_cmpint(thing->number, ==, 7);
    g_assert_true(thing->truth);
    g_assert_cmpuint(thing->list->len, ==, 2);
    g_assert_cmpint(thing->word, ==, FIRN_QUIESCE_TRY);
    g_assert_cmpstr(thing->group.inner, ==, "x");
    g_assert_cmpstr(text, ==, whole);
    firn_record_schema_free(&schema, thing);
    firn_record_schema_free(&schema, copy);
}

/* Each member with each other kind of value, and missing. */
static void
test_wrong_kinds(void)
{
    static const char *const values[] =
        {"null", "true", "\"t\"", "-1", "1.5", "[1]", "[{}]", "{}", "18446744073709551615", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        guint n_accepted = 0;

        for (guint j = 0; j < G_N_ELEMENTS(values); j++) {
            g_autoptr(JsonNode) node = json_from_string(whole, NULL);
            g_autofree char *text = NULL;
            g_autoptr(GError) error = NULL;

            json_object_remove_member(json_node_get_object(node), fields[i].member);
            if (values[j] != NULL)
                json_object_set_member(json_node_get_object(node),
                                       fields[i].member,
                                       json_from_string(values[j], NULL));
            text = json_to_string(node, FALSE);
            error = read_text(text);
            n_accepted += error == NULL;
            if (error != NULL)
                g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        }
        /* Text and null have one good value here, a boolean too; some may be missing. */
        g_test_message("%s", fields[i].member);
        g_assert_cmpuint(n_accepted,
                         ==,
                         g_str_equal(fields[i].member, "null") ? 2
                         : fields[i].kind == FIRN_RECORD_TEXT ||
                                 fields[i].kind == FIRN_RECORD_BOOLEAN ||
                                 fields[i].presence >= FIRN_RECORD_ADDED
                             ? 1
                             : 0);
    }
}

static void
test_missing(void)
{
    g_autoptr(JsonNode) node = json_from_string(whole, NULL);
    JsonObject *object = json_node_get_object(node);
    g_autofree char *text = NULL;
    Thing *thing;

    json_object_remove_member(object, "child");
    json_object_remove_member(object, "parts");
    json_object_remove_member(object, "added");
    thing = firn_record_schema_from_json(&schema, node, NULL);
    g_assert_null(thing->child);
    g_assert_cmpuint(thing->parts->len, ==, 0);
    g_assert_cmpuint(thing->added, ==, 5);
    text = write_compact(thing);
    g_assert_null(strstr(text, "child"));
    g_assert_null(strstr(text, "parts"));
    g_assert_nonnull(strstr(text, "\"added\":5"));
    firn_record_schema_free(&schema, thing);
}

static void
assert_refused(const char *from, const char *to, const char *message)
{
    g_auto(GStrv) parts = g_strsplit(whole, from, 2);
    g_autofree char *text = g_strjoinv(to, parts);
    g_autoptr(GError) error = read_text(text);

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_assert_cmpstr(error->message, ==, message);
}

static void
test_messages(void)
{
    assert_refused("\"number\":7", "\"number\":8", "\"number\" is not within its range");
    assert_refused("4294967295", "4294967296", "\"count\" is not within its range");
    assert_refused("\"format\":1", "\"format\":2", "this version of firn does not know its format");
    assert_refused("\"try\"", "\"Try\"", "\"word\" is not a known word");
    assert_refused("\"y\"", "\"bad\"", "it is bad");
    assert_refused("\"z\"", "1", "record 1: \"inner\" is not a string");
    assert_refused("\"list\":[", "\"list\":[1,", "\"list\" is not an array of strings");
    assert_refused("\"text\"",
                   "\"new\\u001b\":2,\"text\"",
                   "\"thing\" has a member \"new\\x1b\" that this version does not know; "
                   "it was written by a newer firn: upgrade firn");
}

static void
test_no_object(void)
{
    g_autoptr(GError) array = read_text("[]");
    g_autoptr(GError) error = NULL;

    g_assert_error(array, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_assert_null(firn_record_schema_from_json(&schema, NULL, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

/* What could not be read back is not written. */
static void
test_written_limits(void)
{
    Thing *thing = firn_record_schema_new(&schema);
    g_autofree char *text = NULL;

    thing->number = -1;
    thing->group.inner = g_strdup("äöüß");
    g_ptr_array_add(thing->list, g_strdup("abcd"));
    thing->text = g_strdup("/a\xff");
    text = write_compact(thing);
    g_assert_nonnull(strstr(text, "\"number\":0"));
    g_assert_nonnull(strstr(text, "\"group\":{\"inner\":\"äöü\"}"));
    g_assert_nonnull(strstr(text, "\"list\":[\"abc\"]"));
    /* A path is not changed; such a document is refused as a whole. */
    g_assert_nonnull(strstr(text, "\"text\":\"/a\xff\""));
    firn_record_schema_free(&schema, thing);
}

static void
test_clip(void)
{
    g_autofree char *clipped = firn_record_schema_clip("äöü", 2);
    g_autofree char *mended = firn_record_schema_clip("a\xc3", 9);
    g_autofree char *nothing = firn_record_schema_clip(NULL, 9);

    g_assert_cmpstr(clipped, ==, "äö");
    g_assert_true(g_utf8_validate(mended, -1, NULL));
    g_assert_cmpstr(nothing, ==, "");
}

static void
test_text(void)
{
    static const FirnJsonLimits limits = {1024, 512, 100, 4};
    g_autoptr(GError) error = NULL;
    Thing *thing = firn_record_schema_parse(&schema, whole, strlen(whole), &limits, NULL);
    g_autofree char *text = firn_record_schema_to_text(&schema, thing);
    g_autofree char *twice = g_strconcat(text, text, NULL);
    Thing *again = firn_record_schema_parse(&schema, text, strlen(text), &limits, NULL);
    g_autofree char *compact = write_compact(again);

    g_assert_cmpstr(compact, ==, whole);
    g_assert_null(firn_record_schema_parse(&schema, twice, strlen(twice), &limits, &error));
    g_assert_nonnull(error);
    firn_record_schema_free(&schema, thing);
    firn_record_schema_free(&schema, again);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/record-schema/read/right-kinds", test_right_kinds);
    g_test_add_func("/snapshot-engine/record-schema/read/wrong-kinds", test_wrong_kinds);
    g_test_add_func("/snapshot-engine/record-schema/read/missing", test_missing);
    g_test_add_func("/snapshot-engine/record-schema/read/messages", test_messages);
    g_test_add_func("/snapshot-engine/record-schema/read/no-object", test_no_object);
    g_test_add_func("/snapshot-engine/record-schema/write/limits", test_written_limits);
    g_test_add_func("/snapshot-engine/record-schema/clip", test_clip);
    g_test_add_func("/snapshot-engine/record-schema/text", test_text);
    return g_test_run();
}
