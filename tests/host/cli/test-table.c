/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

static FirnTable *
make_table(void)
{
    static const char *const titles[] = {"NAME", "STATE", "TEXT", NULL};

    return firn_table_new(titles);
}

static void
assert_rendered(FirnTable *table, gboolean has_legend, gboolean is_coloured, const char *expected)
{
    g_autofree char *text = firn_table_render(table, has_legend, is_coloured);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_align(void)
{
    g_autoptr(FirnTable) table = make_table();

    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "a", "running", "first");
    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "longer", NULL, "");
    assert_rendered(table,
                    TRUE,
                    FALSE,
                    "NAME    STATE    TEXT\n"
                    "a       running  first\n"
                    "longer  -\n");
    assert_rendered(table, FALSE, FALSE, "a       running  first\nlonger  -\n");
}

static void
test_empty(void)
{
    g_autoptr(FirnTable) table = make_table();

    assert_rendered(table, TRUE, FALSE, "");
}

static void
test_wide_characters(void)
{
    g_autoptr(FirnTable) table = make_table();

    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "雪", "x", "");
    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "e\u0301", "y", "");
    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "ab", "z", "");
    assert_rendered(table, FALSE, FALSE, "雪  x\ne\u0301   y\nab  z\n");
}

static void
test_escapes(void)
{
    g_autoptr(FirnTable) table = make_table();

    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, "b\033[31m", "a\nb", "\xff");
    assert_rendered(table, FALSE, FALSE, "b\\x1b[31m  a\\x0ab  \\xff\n");
}

static void
test_paint(void)
{
    g_autoptr(FirnTable) table = make_table();

    firn_table_add(table, FIRN_COLOR_GOOD, 1, "a", "ok", "x");
    firn_table_add(table, FIRN_COLOR_BAD, 1, "b", "broken", "y");
    assert_rendered(table,
                    FALSE,
                    TRUE,
                    "a  \033[32mok\033[0m      x\nb  \033[31mbroken\033[0m  y\n");
    assert_rendered(table, FALSE, FALSE, "a  ok      x\nb  broken  y\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/table/align", test_align);
    g_test_add_func("/cli/table/empty", test_empty);
    g_test_add_func("/cli/table/wide-characters", test_wide_characters);
    g_test_add_func("/cli/table/escapes", test_escapes);
    g_test_add_func("/cli/table/paint", test_paint);
    return g_test_run();
}
