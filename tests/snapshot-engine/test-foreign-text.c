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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/foreign-text/clip/characters", test_clip_counts_characters);
    g_test_add_func("/snapshot-engine/foreign-text/clip/broken-utf8", test_clip_mends_utf8);
    return g_test_run();
}
