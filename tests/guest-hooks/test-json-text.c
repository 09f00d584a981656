/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-text.h"

#include <glib.h>
#include <stdlib.h>

static void
assert_written(const char *text, size_t most, const char *expected)
{
    char *written = NULL;
    size_t length;
    FILE *out = open_memstream(&written, &length);

    firn_json_text_write(out, text, most);
    fclose(out);
    g_assert_cmpstr(written, ==, expected);
    free(written);
}

static void
test_escapes(void)
{
    assert_written("plain", 100, "\"plain\"");
    assert_written("a\"b\\c\n\x1f\x7f", 100, "\"a\\\"b\\\\c\\u000a\\u001f\\u007f\"");
}

static void
test_utf8(void)
{
    assert_written("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                   100,
                   "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
    assert_written("\xff", 100, "\"\\ufffd\"");
    assert_written("\xc0\xaf", 100, "\"\\ufffd\\ufffd\"");
    assert_written("\xed\xa0\x80", 100, "\"\\ufffd\\ufffd\\ufffd\"");
    assert_written("\xe0\x80\xaf", 100, "\"\\ufffd\\ufffd\\ufffd\"");
    assert_written("\xf4\x90\x80\x80", 100, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    assert_written("x\xe2\x82", 100, "\"x\\ufffd\\ufffd\"");
}

static void
test_cut(void)
{
    assert_written("abcdef", 3, "\"abc\"");
    assert_written("ab\xc3\xa4", 3, "\"ab\\ufffd\"");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/json-text/escapes", test_escapes);
    g_test_add_func("/guest-hooks/json-text/utf8", test_utf8);
    g_test_add_func("/guest-hooks/json-text/cut", test_cut);
    return g_test_run();
}
