/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "duration.h"

static void
assert_parsed(const char *text, guint64 expected_us)
{
    guint64 us = 0;
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_duration_parse(text, &us, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(us, ==, expected_us);
}

static void
test_parse(void)
{
    assert_parsed("30", 30000000);
    assert_parsed("0", 0);
    assert_parsed("500ms", 500000);
    assert_parsed("250us", 250);
    assert_parsed("2m", 120000000);
    assert_parsed("2min", 120000000);
    assert_parsed("1.5s", 1500000);
    assert_parsed("1h", G_GUINT64_CONSTANT(3600000000));
    assert_parsed("7d", G_GUINT64_CONSTANT(604800000000));
}

static void
test_refuse(void)
{
    static const char *const bad[] = {"",
                                      "s",
                                      "-1",
                                      "+1",
                                      "1e9",
                                      "inf",
                                      "nan",
                                      "1 s",
                                      "1x",
                                      "1.2.3",
                                      "0x10",
                                      ".5",
                                      "99999999d",
                                      "1s2",
                                      " 1"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        guint64 us = 7;
        g_autoptr(GError) error = NULL;

        g_assert_false(firn_duration_parse(bad[i], &us, &error));
        g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
        g_assert_cmpuint(us, ==, 7);
    }
}

static void
assert_formatted(guint64 us, const char *expected)
{
    g_autofree char *text = firn_duration_format(us);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_format(void)
{
    assert_formatted(0, "0 ms");
    assert_formatted(12400, "12 ms");
    assert_formatted(2300000, "2.3 s");
    assert_formatted(200000000, "3 min 20 s");
    assert_formatted(120000000, "2 min");
    assert_formatted(G_GUINT64_CONSTANT(14700000000), "4 h 5 min");
    assert_formatted(G_GUINT64_CONSTANT(1036800000000), "12 d");
}

static void
test_unparse(void)
{
    static const char *const texts[] =
        {"0s", "1us", "1500us", "500ms", "1s", "90s", "2m", "61m", "3h", "7d"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        guint64 us = 7;
        g_autofree char *text = NULL;

        g_assert_true(firn_duration_parse(texts[i], &us, NULL));
        text = firn_duration_unparse(us);
        g_assert_cmpstr(text, ==, texts[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/common/duration/parse", test_parse);
    g_test_add_func("/qmp/common/duration/refuse", test_refuse);
    g_test_add_func("/qmp/common/duration/format", test_format);
    g_test_add_func("/qmp/common/duration/unparse", test_unparse);
    return g_test_run();
}
