/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "printable.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    const char *expected;
} Case;

static const Case cases[] = {
    {"null",                        NULL,                       ""                        },
    {"plain",                       "web1: 100 %",              "web1: 100 %"             },
    {"letters",                     "grüß dich 🐧, 日本", "grüß dich 🐧, 日本"},
    {"line-end",                    "a\nb\rc\td",               "a\\x0ab\\x0dc\\x09d"     },
    {"escape-sequence",             "\x1b[31mred\x07",          "\\x1b[31mred\\x07"       },
    {"delete",                      "a\x7f",                    "a\\x7f"                  },
 /* Cc: control characters of ISO 8859 */
    {"c1",
     "a\xc2\x9b"
     "31m",                                                     "a\\x9b31m"               },
 /* Cf: formatting, also of the direction */
    {"override",                    "a\u202eb",                 "a\\u202eb"               },
    {"isolate",                     "a\u2066b",                 "a\\u2066b"               },
    {"arabic-letter-mark",          "a\u061cb",                 "a\\u061cb"               },
    {"right-to-left-mark",          "a\u200fb",                 "a\\u200fb"               },
    {"soft-hyphen",                 "a\u00adb",                 "a\\xadb"                 },
    {"zero-width-space",            "a\u200bb",                 "a\\u200bb"               },
    {"zero-width-joiner",           "a\u200db",                 "a\\u200db"               },
    {"byte-order-mark",             "\ufeffa",                  "\\ufeffa"                },
    {"tag",                         "a\U000e0041b",             "a\\U000e0041b"           },
 /* Zl, Zp */
    {"line-separator",              "a\u2028b",                 "a\\u2028b"               },
    {"paragraph-separator",         "a\u2029b",                 "a\\u2029b"               },
 /* Co */
    {"private-use",                 "a\ue000b",                 "a\\ue000b"               },
    {"private-use-plane",           "a\U0010fffdb",             "a\\U0010fffdb"           },
 /* Cn: not assigned, and never to be */
    {"unassigned",                  "a\u0378b",                 "a\\u0378b"               },
    {"no-character",                "a\uffffb",                 "a\\uffffb"               },
 /* Mn, Mc, Me */
    {"mark",                        "e\u0301",                  "e\u0301"                 },
    {"mark-without-base",           "\u0301e",                  "\\u0301e"                },
    {"spacing-mark-without-base",   "\u0903e",                  "\\u0903e"                },
    {"enclosing-mark-without-base", "\u20dde",                  "\\u20dde"                },
    {"marks-without-base",          "\u0301\u0302e\u0303",      "\\u0301\\u0302e\u0303"   },
    {"mark-after-escape",           "a\n\u0301",                "a\\x0a\\u0301"           },
 /* No UTF-8 */
    {"lone-byte",
     "a\xff"
     "b",                                                       "a\\xffb"                 },
    {"overlong",                    "\xc0\xaf",                 "\\xc0\\xaf"              },
    {"surrogate",                   "\xed\xa0\x80",             "\\xed\\xa0\\x80"         },
    {"beyond-unicode",              "\xf4\x90\x80\x80",         "\\xf4\\x90\\x80\\x80"    },
    {"cut-off",                     "a\xe2\x82",                "a\\xe2\\x82"             },
    {"replacement",                 "a\ufffdb",                 "a\ufffdb"                },
};

static void
test_case(gconstpointer data)
{
    const Case *example = data;
    g_autofree char *printable = firn_printable(example->text);
    g_autofree char *again = firn_printable(printable);

    g_assert_cmpstr(printable, ==, example->expected);
    g_assert_cmpstr(again, ==, printable);
    g_assert_true(g_utf8_validate(printable, -1, NULL));
}

static void
test_long(void)
{
    g_autofree char *whole = g_strnfill(256, 'x');
    g_autofree char *longer = g_strnfill(257, 'x');
    g_autofree char *same = firn_printable(whole);
    g_autofree char *cut = firn_printable(longer);

    g_assert_cmpstr(same, ==, whole);
    g_assert_cmpuint(strlen(cut), ==, 256);
    g_assert_true(g_str_has_suffix(cut, "x..."));
}

/* Characters are counted, not bytes. */
static void
test_long_in_characters(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *printable = NULL;
    g_autofree char *cut = NULL;

    for (guint i = 0; i < 256; i++)
        g_string_append(text, "ü");
    printable = firn_printable(text->str);
    g_assert_cmpstr(printable, ==, text->str);
    cut = firn_printable_clip(text->str, 5);
    g_assert_cmpstr(cut, ==, "üü...");
}

static void
test_long_escapes(void)
{
    g_autofree char *bells = g_strnfill(1000, '\a');
    g_autofree char *printable = firn_printable_clip(bells, 13);
    g_autofree char *none = firn_printable_clip(bells, 6);
    g_autofree char *two = firn_printable_clip("\a\a", 8);

    g_assert_cmpstr(printable, ==, "\\x07\\x07...");
    g_assert_cmpstr(none, ==, "...");
    g_assert_cmpstr(two, ==, "\\x07\\x07");
}

static void
test_sentences(void)
{
    g_autofree char *text = g_strnfill(3000, 'x');
    g_autofree char *longer = g_strnfill(100000, 'x');
    g_autofree char *printable = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);
    g_autofree char *cut = firn_printable_clip(longer, FIRN_PRINTABLE_SENTENCES);

    g_assert_cmpstr(printable, ==, text);
    g_assert_cmpuint(strlen(cut), ==, FIRN_PRINTABLE_SENTENCES);
    g_assert_true(g_str_has_suffix(cut, "..."));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/common/printable/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/common/printable/long/256-characters", test_long);
    g_test_add_func("/common/printable/long/characters-not-bytes", test_long_in_characters);
    g_test_add_func("/common/printable/long/whole-escapes", test_long_escapes);
    g_test_add_func("/common/printable/long/sentences", test_sentences);
    return g_test_run();
}
