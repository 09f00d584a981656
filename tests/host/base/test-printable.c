/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "printable.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    const char *expected;
} Case;

static const Case cases[] = {
    {"null",                NULL,                ""                                        },
    {"plain",               "web1: 100 %",       "web1: 100 %"                             },
    {"letters",
     "gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\xa7", "gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\xa7"},
    {"line-end",            "a\nb\rc\td",        "a\\x0ab\\x0dc\\x09d"                     },
    {"escape-sequence",     "\x1b[31mred\x07",   "\\x1b[31mred\\x07"                       },
    {"delete",              "a\x7f",             "a\\x7f"                                  },
    {"c1",
     "a\xc2\x9b"
     "31m",                                      "a\\x9b31m"                               },
    {"override",
     "a\xe2\x80\xae"
     "b",                                        "a\\u202eb"                               },
    {"isolate",
     "a\xe2\x81\xa6"
     "b",                                        "a\\u2066b"                               },
    {"arabic-letter-mark",
     "a\xd8\x9c"
     "b",                                        "a\\u061cb"                               },
    {"line-separator",
     "a\xe2\x80\xa8"
     "b",                                        "a\\u2028b"                               },
    {"paragraph-separator",
     "a\xe2\x80\xa9"
     "b",                                        "a\\u2029b"                               },
    {"lone-byte",
     "a\xff"
     "b",                                        "a\\xffb"                                 },
    {"overlong",            "\xc0\xaf",          "\\xc0\\xaf"                              },
    {"surrogate",           "\xed\xa0\x80",      "\\xed\\xa0\\x80"                         },
    {"cut-off",             "a\xe2\x82",         "a\\xe2\\x82"                             },
};

static void
test_case(gconstpointer data)
{
    const Case *example = data;
    g_autofree char *printable = firn_printable(example->text);

    g_assert_cmpstr(printable, ==, example->expected);
    g_assert_true(g_utf8_validate(printable, -1, NULL));
}

static void
test_long(void)
{
    g_autofree char *whole = g_strnfill(256, 'x');
    g_autofree char *longer = g_strnfill(257, 'x');
    g_autofree char *same = firn_printable(whole);
    g_autofree char *cut = firn_printable(longer);
    g_autofree char *expected = g_strconcat(whole, "...", NULL);

    g_assert_cmpstr(same, ==, whole);
    g_assert_cmpstr(cut, ==, expected);
}

/* Characters are counted, not bytes; and an escaped character counts once. */
static void
test_long_in_characters(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *printable = NULL;

    for (guint i = 0; i < 128; i++)
        g_string_append(text, "\xc3\xbc\x01");
    printable = firn_printable(text->str);
    g_assert_cmpuint(strlen(printable), ==, 128 * (2 + 4));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/base/printable/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/base/printable/256-characters", test_long);
    g_test_add_func("/base/printable/256-characters-not-bytes", test_long_in_characters);
    return g_test_run();
}
