/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-text.h"

#include <json-glib/json-glib.h>

static void
test_document(void)
{
    FirnJsonText json = {0};
    g_autofree char *text = NULL;

    firn_json_text_open(&json, NULL, '{');
    firn_json_text_add_number(&json, "n", G_MININT64);
    firn_json_text_open(&json, "list", '[');
    firn_json_text_add_bool(&json, NULL, true);
    firn_json_text_open(&json, NULL, '{');
    firn_json_text_close(&json, '}');
    firn_json_text_add_string(&json, NULL, "x");
    firn_json_text_close(&json, ']');
    firn_json_text_add_string(&json, "none", NULL);
    firn_json_text_add_json(&json, "inner", "{\"a\":1}");
    firn_json_text_close(&json, '}');
    text = firn_json_text_finish(&json);
    g_assert_cmpstr(text,
                    ==,
                    "{\"n\":-9223372036854775808,\"list\":[true,{},\"x\"],\"none\":null,"
                    "\"inner\":{\"a\":1}}");
    g_assert_null(json.text);
}

/* What comes back when another library reads what was written. */
static char *
read_again(const char *bytes, size_t length)
{
    FirnJsonText json = {0};
    g_autofree char *text = NULL;
    g_autoptr(JsonNode) node = NULL;

    firn_json_text_open(&json, NULL, '[');
    firn_json_text_add_bytes(&json, NULL, bytes, length);
    firn_json_text_close(&json, ']');
    text = firn_json_text_finish(&json);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p != '\0'; p++)
        g_assert_false(g_ascii_iscntrl(*p));
    node = json_from_string(text, NULL);
    g_assert_nonnull(node);
    return g_strdup(json_array_get_string_element(json_node_get_array(node), 0));
}

static void
test_characters(void)
{
    for (gunichar code = 1; code < 0x11000; code++) {
        char bytes[8] = "";
        g_autofree char *again = NULL;

        if (code >= 0xd800 && code < 0xe000)
            continue;
        again = read_again(bytes, (size_t)g_unichar_to_utf8(code, bytes));
        g_assert_cmpstr(again, ==, bytes);
    }
}

static void
test_no_utf8(void)
{
    static const char *const broken[] = {
        "\x80",
        "\xc3",
        "\xc0\xaf",
        "\xe0\x80\xaf",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\xff",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *text = g_strconcat("a", broken[i], "b", NULL);
        g_autofree char *again = read_again(text, strlen(text));
        size_t n_marks = 0;

        g_assert_true(g_str_has_prefix(again, "a\xef\xbf\xbd"));
        g_assert_true(g_str_has_suffix(again, "b"));
        for (const char *p = again; (p = strstr(p, "\xef\xbf\xbd")) != NULL; p++)
            n_marks++;
        g_assert_cmpuint(n_marks, ==, strlen(broken[i]));
    }
}

static void
test_random_bytes(void)
{
    for (guint i = 0; i < 5000; i++) {
        char bytes[12];

        for (size_t n = 0; n < sizeof bytes; n++)
            bytes[n] = (char)g_test_rand_int_range(1, 256);
        g_free(read_again(bytes, sizeof bytes));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/json-text/document", test_document);
    g_test_add_func("/vss-windows/json-text/characters", test_characters);
    g_test_add_func("/vss-windows/json-text/no-utf8", test_no_utf8);
    g_test_add_func("/vss-windows/json-text/random-bytes", test_random_bytes);
    return g_test_run();
}
