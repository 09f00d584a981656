/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foreign-text.h"

static void
test_clip_counts_characters(void)
{
    g_autofree char *clipped = firn_foreign_text_clip("äöü", 2);

    g_assert_cmpstr(clipped, ==, "äö");
}

static void
test_clip_mends_utf8(void)
{
    g_autofree char *clipped = firn_foreign_text_clip("a\xc3", 9);
    g_autofree char *nothing = firn_foreign_text_clip(NULL, 9);

    g_assert_true(g_utf8_validate(clipped, -1, NULL));
    g_assert_cmpstr(nothing, ==, "");
}

static void
test_printable_steers_no_terminal(void)
{
    g_autofree char *escape = firn_foreign_text_printable("\033[31mred\a", 99);
    g_autofree char *bidi = firn_foreign_text_printable("a\u202eb", 99);
    g_autofree char *control = firn_foreign_text_printable("a\xc2\x9b"
                                                           "b\x7f",
                                                           99);
    g_autofree char *plain = firn_foreign_text_printable("grün, 日本", 99);

    g_assert_cmpstr(escape, ==, "\\x1b[31mred\\x07");
    g_assert_cmpstr(bidi, ==, "a\\u{202e}b");
    g_assert_cmpstr(control, ==, "a\\x9bb\\x7f");
    g_assert_cmpstr(plain, ==, "grün, 日本");
}

static void
test_printable_is_bounded(void)
{
    g_autofree char *bells = g_strnfill(1000, '\a');
    g_autofree char *printable = firn_foreign_text_printable(bells, 256);

    g_assert_cmpint(g_utf8_strlen(printable, -1), <=, 256);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/foreign-text/clip/characters", test_clip_counts_characters);
    g_test_add_func("/snapshot-engine/foreign-text/clip/broken-utf8", test_clip_mends_utf8);
    g_test_add_func("/snapshot-engine/foreign-text/printable/terminal",
                    test_printable_steers_no_terminal);
    g_test_add_func("/snapshot-engine/foreign-text/printable/bounded", test_printable_is_bounded);
    return g_test_run();
}
