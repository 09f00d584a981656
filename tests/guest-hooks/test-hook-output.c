/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-output.h"

#include <glib.h>
#include <string.h>

static void
take(FirnHookOutput *output, const char *text)
{
    firn_hook_output_take(output, text, strlen(text));
}

static void
test_words(void)
{
    FirnHookOutput output = {.line_bytes = 0};

    take(&output, "REA");
    take(&output, "DY");
    g_assert_false(output.is_ready);
    take(&output, "\nREADY?\nDONE");
    g_assert_true(output.is_ready);
    g_assert_false(output.is_done);
    firn_hook_output_end(&output);
    g_assert_true(output.is_done);
    g_assert_cmpstr(output.message, ==, "READY?");
}

static void
test_level(void)
{
    FirnHookOutput output = {.line_bytes = 0};

    take(&output, "FIRN-LEVEL app\n");
    g_assert_false(output.is_flushed_only || output.is_level_none);
    take(&output, "FIRN-LEVEL flushed\n");
    g_assert_true(output.is_flushed_only);
    take(&output, "FIRN-LEVEL none\n");
    g_assert_true(output.is_level_none);
}

static void
test_data(void)
{
    FirnHookOutput output = {.line_bytes = 0};

    take(&output, "FIRN-DATA lsn=0/15\nFIRN-DATA nothing\nFIRN-DATA =x\nlast\nFIRN-DATA a=\n\n");
    g_assert_cmpstr(output.data, ==, "lsn=0/15\na=\n");
    g_assert_cmpstr(output.message, ==, "last");
}

static void
test_too_much(void)
{
    FirnHookOutput output = {.line_bytes = 0};
    g_autofree char *block = g_strnfill(4096, 'x');

    for (guint i = 0; i < 2560; i++)
        take(&output, block);
    take(&output, "\n");
    g_assert_cmpuint(strlen(output.message), ==, sizeof output.message - 1);
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *line = g_strdup_printf("FIRN-DATA k%03u=value\n", i);

        take(&output, line);
    }
    g_assert_cmpuint(output.data_bytes, <, sizeof output.data);
    g_assert_cmpuint(output.data_bytes, >, sizeof output.data - 12);
    g_assert_true(g_str_has_suffix(output.data, "=value\n"));
}

/* As of a hook that is told nothing of its phase: each object of the report has a key once. */
static void
test_repeated(void)
{
    FirnHookOutput output = {.line_bytes = 0};

    take(&output, "FIRN-DATA lsn=1\nFIRN-DATA ls=2\nFIRN-DATA lsn=30\nFIRN-DATA a=b\n");
    g_assert_cmpstr(output.data, ==, "ls=2\nlsn=30\na=b\n");
    g_assert_cmpuint(output.data_bytes, ==, strlen(output.data));
    take(&output, "FIRN-DATA a=\n");
    g_assert_cmpstr(output.data, ==, "ls=2\nlsn=30\na=\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/hook-output/words", test_words);
    g_test_add_func("/guest-hooks/hook-output/level", test_level);
    g_test_add_func("/guest-hooks/hook-output/data", test_data);
    g_test_add_func("/guest-hooks/hook-output/repeated", test_repeated);
    g_test_add_func("/guest-hooks/hook-output/too-much", test_too_much);
    return g_test_run();
}
