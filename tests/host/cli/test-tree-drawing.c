/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-drawing.h"

static char *
draw(const int *parents, guint n, gboolean is_ascii)
{
    g_autoptr(GPtrArray) prefixes = firn_tree_drawing_new(parents, n, is_ascii);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < prefixes->len; i++)
        g_string_append_printf(text, "%s%u\n", (char *)prefixes->pdata[i], i);
    return g_string_free(text, FALSE);
}

static void
test_branches(void)
{
    static const int parents[] = {-1, 0, 1, 1, 0, 4, -1};
    g_autofree char *unicode = draw(parents, G_N_ELEMENTS(parents), FALSE);
    g_autofree char *ascii = draw(parents, G_N_ELEMENTS(parents), TRUE);

    g_assert_cmpstr(unicode,
                    ==,
                    "0\n"
                    "├─ 1\n"
                    "│  ├─ 2\n"
                    "│  └─ 3\n"
                    "└─ 4\n"
                    "   └─ 5\n"
                    "6\n");
    g_assert_cmpstr(ascii,
                    ==,
                    "0\n"
                    "+- 1\n"
                    "|  +- 2\n"
                    "|  \\- 3\n"
                    "\\- 4\n"
                    "   \\- 5\n"
                    "6\n");
}

static void
test_none(void)
{
    g_autofree char *text = draw(NULL, 0, FALSE);

    g_assert_cmpstr(text, ==, "");
}

static void
test_deep(void)
{
    g_autofree int *parents = g_new(int, 10000);
    g_autofree char *text = NULL;

    for (int i = 0; i < 10000; i++)
        parents[i] = i - 1;
    text = draw(parents, 10000, TRUE);
    g_assert_cmpuint(strlen(text), <, 2 * 1024 * 1024);
    g_assert_nonnull(strstr(text, "... 9999: 9999\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/tree-drawing/branches", test_branches);
    g_test_add_func("/cli/tree-drawing/none", test_none);
    g_test_add_func("/cli/tree-drawing/deep", test_deep);
    return g_test_run();
}
