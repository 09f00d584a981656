/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key-value.h"

#include <glib.h>
#include <string.h>

#include "hook-rig.h"

static bool
collect(const char *key, const char *value, void *data, FirnReason *reason)
{
    g_string_append_printf(data, "[%s|%s]", key, value);
    return strcmp(key, "bad") != 0 || firn_reason_set(reason, "refused");
}

static void
assert_read(const char *text, const char *expected)
{
    g_autoptr(GString) seen = g_string_new(NULL);

    g_assert_true(firn_key_value_read(text, collect, seen, NULL));
    g_assert_cmpstr(seen->str, ==, expected);
}

static void
assert_wrong(const char *text, const char *in_reason)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    FirnReason reason = {""};

    g_assert_false(firn_key_value_read(text, collect, seen, &reason));
    firn_test_assert_in(reason.text, in_reason);
}

static void
test_lines(void)
{
    assert_read("", "");
    assert_read("# a=b\n\n ; c\n", "");
    assert_read("a=b", "[a|b]");
    assert_read(" a = b = c \r\nd=\n", "[a|b = c][d|]");
}

static void
test_wrong(void)
{
    g_autofree char *longest = g_strnfill(1024, 'x');

    assert_wrong("a=b\nwithout\n", "line 2: no \"=\"");
    assert_wrong("a=b\nbad=1\nc=d", "line 2: refused");
    assert_wrong(longest, "line 1 is too long");
}

static void
test_numbers(void)
{
    static const char *const wrong[] =
        {"", "4", "11", "-5", "+5", " 5", "5 ", "5s", "0x5", "99999999999999999999"};
    FirnReason reason = {""};
    unsigned number = 7;

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(firn_key_value_number(wrong[i], 5, 10, &number, &reason));
    g_assert_cmpuint(number, ==, 7);
    g_assert_true(firn_key_value_number("5", 5, 10, &number, &reason));
    g_assert_cmpuint(number, ==, 5);
    g_assert_true(firn_key_value_number("10", 5, 10, &number, &reason));
    g_assert_cmpuint(number, ==, 10);
}

static void
test_choices(void)
{
    static const char *const words[] = {"no", "yes", NULL};
    FirnReason reason = {""};
    unsigned choice = 7;

    g_assert_false(firn_key_value_choice("Yes", words, &choice, &reason));
    g_assert_cmpuint(choice, ==, 7);
    g_assert_true(firn_key_value_choice("yes", words, &choice, &reason));
    g_assert_cmpuint(choice, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/key-value/lines", test_lines);
    g_test_add_func("/guest-hooks/key-value/wrong", test_wrong);
    g_test_add_func("/guest-hooks/key-value/numbers", test_numbers);
    g_test_add_func("/guest-hooks/key-value/choices", test_choices);
    return g_test_run();
}
