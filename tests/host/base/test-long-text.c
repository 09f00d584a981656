/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "long-text.h"

static void
test_whole_sentences_stay(void)
{
    g_autofree char *text = g_strnfill(3000, 'x');
    g_autofree char *printable = firn_long_text(text);

    g_assert_cmpstr(printable, ==, text);
}

static void
test_characters_are_not_torn(void)
{
    GString *text = g_string_new("x");
    g_autofree char *printable = NULL;

    for (guint i = 0; i < 500; i++)
        g_string_append(text, "☃");
    printable = firn_long_text(text->str);
    g_assert_cmpstr(printable, ==, text->str);
    g_string_free(text, TRUE);
}

static void
test_control_characters(void)
{
    g_autofree char *printable = firn_long_text("a\033[31mb\nc\xff");
    g_autofree char *none = firn_long_text(NULL);

    g_assert_cmpstr(printable, ==, "a\\x1b[31mb\\x0ac\\xff");
    g_assert_cmpstr(none, ==, "");
}

static void
test_end(void)
{
    g_autofree char *text = g_strnfill(100000, 'x');
    g_autofree char *printable = firn_long_text(text);

    g_assert_cmpuint(strlen(printable), <, 5000);
    g_assert_true(g_str_has_suffix(printable, "..."));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/long-text/whole-sentences-stay", test_whole_sentences_stay);
    g_test_add_func("/base/long-text/characters-are-not-torn", test_characters_are_not_torn);
    g_test_add_func("/base/long-text/control-characters", test_control_characters);
    g_test_add_func("/base/long-text/end", test_end);
    return g_test_run();
}
