/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "strict-json.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "evidence.h"

static const char *const members[] = {"text", "null", "number", "truth", "list", "word", NULL};

static JsonNode *
make_node(void)
{
    return json_from_string("{\"text\": \"t\", \"null\": null, \"number\": 7, \"truth\": true, "
                            "\"list\": [\"a\", \"b\"], \"word\": \"try\"}",
                            NULL);
}

static void
test_right_kinds(void)
{
    g_autoptr(JsonNode) node = make_node();
    JsonObject *object = firn_strict_json_object(node, "thing", members, NULL);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;
    g_autofree char *nothing = NULL;
    gboolean truth = FALSE;
    gint64 number = 0;
    int word = -1;

    g_assert_nonnull(object);
    g_assert_true(firn_strict_json_string(object, "text", &text, NULL));
    g_assert_true(firn_strict_json_string_or_null(object, "null", &nothing, NULL));
    g_assert_true(firn_strict_json_integer(object, "number", 7, &number, NULL));
    g_assert_true(firn_strict_json_boolean(object, "truth", &truth, NULL));
    g_assert_true(firn_strict_json_strings(object, "list", list, NULL));
    g_assert_true(firn_strict_json_nick(object, "word", FIRN_TYPE_QUIESCE, &word, NULL));
    g_assert_nonnull(firn_strict_json_array(object, "list", NULL));
    g_assert_cmpstr(text, ==, "t");
    g_assert_null(nothing);
    g_assert_cmpint(number, ==, 7);
    g_assert_true(truth);
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpint(word, ==, FIRN_QUIESCE_TRY);
}

/* Every reader at every member of another kind, and at a missing one. */
static void
test_wrong_kinds(void)
{
    static const char *const names[] = {"text", "null", "number", "truth", "list", "gone"};
    g_autoptr(JsonNode) node = make_node();
    JsonObject *object = json_node_get_object(node);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *text = NULL;
        gboolean truth = FALSE;
        gint64 number = 42;
        int word = -1;

        g_test_message("%s", names[i]);
        g_assert_cmpint(firn_strict_json_string(object, names[i], &text, NULL),
                        ==,
                        strcmp(names[i], "text") == 0);
        g_assert_cmpint(firn_strict_json_integer(object, names[i], 99, &number, NULL),
                        ==,
                        strcmp(names[i], "number") == 0);
        g_assert_cmpint(firn_strict_json_boolean(object, names[i], &truth, NULL),
                        ==,
                        strcmp(names[i], "truth") == 0);
        g_assert_cmpint(firn_strict_json_strings(object, names[i], list, NULL),
                        ==,
                        strcmp(names[i], "list") == 0);
        g_assert_false(firn_strict_json_nick(object, names[i], FIRN_TYPE_QUIESCE, &word, NULL));
        g_assert_cmpint(word, ==, -1);
        g_assert_true(number == 42 || number == 7);
    }
}

static void
test_range(void)
{
    g_autoptr(JsonNode) node =
        json_from_string("{\"a\": -1, \"b\": 8, \"c\": 18446744073709551615}", NULL);
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GError) error = NULL;
    gint64 number = 42;

    g_assert_false(firn_strict_json_integer(object, "a", 7, &number, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_assert_false(firn_strict_json_integer(object, "b", 7, &number, NULL));
    g_assert_false(firn_strict_json_integer(object, "c", 7, &number, NULL));
    g_assert_cmpint(number, ==, 42);
}

static void
test_unknown_member(void)
{
    g_autoptr(JsonNode) node = json_from_string("{\"text\": 1, \"new\\u001b\": 2}", NULL);
    g_autoptr(JsonNode) array = json_from_string("[]", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_strict_json_object(node, "thing", members, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_assert_nonnull(strstr(error->message, "new\\x1b"));
    g_assert_null(firn_strict_json_object(array, "thing", members, NULL));
    g_assert_null(firn_strict_json_object(NULL, "thing", members, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/strict-json/right-kinds", test_right_kinds);
    g_test_add_func("/snapshot-engine/strict-json/wrong-kinds", test_wrong_kinds);
    g_test_add_func("/snapshot-engine/strict-json/range", test_range);
    g_test_add_func("/snapshot-engine/strict-json/unknown-member", test_unknown_member);
    return g_test_run();
}
