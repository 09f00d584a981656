/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-read.h"

static JsonNode *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *node = json_from_string(text, &error);

    g_assert_no_error(error);
    return node;
}

static void
test_right_types(void)
{
    g_autoptr(JsonNode) node =
        parse("{\"s\":\"x\",\"i\":7,\"b\":true,\"o\":{\"s\":\"y\"},\"a\":[{\"s\":\"z\"},1]}");
    JsonObject *object = json_node_get_object(node);
    JsonArray *array = firn_json_read_array(object, "a");

    g_assert_cmpstr(firn_json_read_string(object, "s"), ==, "x");
    g_assert_cmpint(firn_json_read_int(object, "i", -1), ==, 7);
    g_assert_true(firn_json_read_boolean(object, "b", FALSE));
    g_assert_cmpstr(firn_json_read_string(firn_json_read_object(object, "o"), "s"), ==, "y");
    g_assert_cmpstr(firn_json_read_string(firn_json_read_element(array, 0), "s"), ==, "z");
    g_assert_null(firn_json_read_element(array, 1));
}

static void
test_wrong_types(void)
{
    g_autoptr(JsonNode) node = parse("{\"s\":7,\"i\":\"7\",\"b\":1,\"o\":[],\"a\":{},\"n\":null}");
    JsonObject *object = json_node_get_object(node);

    g_assert_null(firn_json_read_string(object, "s"));
    g_assert_null(firn_json_read_string(object, "n"));
    g_assert_cmpint(firn_json_read_int(object, "i", -1), ==, -1);
    g_assert_true(firn_json_read_boolean(object, "b", TRUE));
    g_assert_null(firn_json_read_object(object, "o"));
    g_assert_null(firn_json_read_array(object, "a"));
    g_assert_null(firn_json_read_string(NULL, "s"));
    g_assert_null(firn_json_read_string(object, "missing"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/json-read/right-types", test_right_types);
    g_test_add_func("/qmp/json-read/wrong-types-are-as-good-as-none", test_wrong_types);
    return g_test_run();
}
