/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-limits.h"
#include "host-error.h"
#include "options.h"

static FirnOptions *
parse(const char *text)
{
    g_autoptr(GVariant) vardict =
        g_variant_ref_sink(g_variant_new_parsed("@a{sv} {'name': <'a'>, 'list': <['x', 'y']>,"
                                                "'time': <uint64 1500>, 'big': <uint64 1>}"));

    if (text == NULL)
        return firn_options_new(vardict);
    g_variant_unref(g_steal_pointer(&vardict));
    vardict = g_variant_ref_sink(g_variant_new_parsed(text));
    return firn_options_new(vardict);
}

static void
test_take(void)
{
    g_autoptr(FirnOptions) options = parse(NULL);
    g_autofree char *name = g_strdup("before");
    g_autofree char *absent = g_strdup("unchanged");
    g_auto(GStrv) list = NULL;
    guint time_ms = 0;
    guint big_ms = 0;
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_options_take_string(options, "name", &name, &error));
    g_assert_true(firn_options_take_string(options, "absent", &absent, &error));
    g_assert_true(firn_options_take_strings(options, "list", &list, &error));
    g_assert_true(firn_options_take_duration(options, "time", 0, &time_ms, &error));
    g_assert_true(firn_options_take_duration(options, "big", 1, &big_ms, &error));
    g_assert_true(firn_options_finish(options, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(name, ==, "a");
    g_assert_cmpstr(absent, ==, "unchanged");
    g_assert_cmpuint(g_strv_length(list), ==, 2);
    /* Rounded up: a short time never becomes none. */
    g_assert_cmpuint(time_ms, ==, 2);
    g_assert_cmpuint(big_ms, ==, 1);
}

static void
test_leftover(void)
{
    g_autoptr(FirnOptions) options = parse("@a{sv} {'nmae': <'a'>}");
    g_autofree char *name = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_options_take_string(options, "name", &name, NULL));
    g_assert_false(firn_options_finish(options, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "nmae"));
    g_assert_nonnull(strstr(error->message, "known options: name"));
}

static void
test_wrong_type(void)
{
    g_autoptr(FirnOptions) options =
        parse("@a{sv} {'name': <5>, 'list': <'x'>, 'time': <int32 3>}");
    g_autofree char *name = NULL;
    g_auto(GStrv) list = NULL;
    guint time_ms = 7;
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_options_take_string(options, "name", &name, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(firn_options_take_strings(options, "list", &list, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_false(firn_options_take_duration(options, "time", 0, &time_ms, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_cmpuint(time_ms, ==, 7);
}

static void
assert_refused(const char *text, guint least_ms)
{
    g_autoptr(FirnOptions) options = parse(text);
    guint time_ms = 7;
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_options_take_duration(options, "time", least_ms, &time_ms, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_cmpuint(time_ms, ==, 7);
}

static void
test_range(void)
{
    g_autofree char *above = g_strdup_printf("@a{sv} {'time': <uint64 %u001>}", FIRN_LIMIT_MS_MAX);

    assert_refused("@a{sv} {'time': <uint64 0>}", 1);
    assert_refused(above, 0);
    assert_refused("@a{sv} {'time': <uint64 18446744073709551615>}", 0);
}

static void
test_boolean(void)
{
    g_autoptr(FirnOptions) options = parse("@a{sv} {'yes': <true>, 'no': <1>}");
    gboolean yes = FALSE, absent = TRUE;
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_options_take_boolean(options, "yes", &yes, NULL));
    g_assert_true(yes);
    g_assert_true(firn_options_take_boolean(options, "absent", &absent, NULL));
    g_assert_true(absent);
    g_assert_false(firn_options_take_boolean(options, "no", &absent, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
}

static void
test_word(void)
{
    static const char *const words[] = {"one", "two", "three", NULL};
    g_autoptr(FirnOptions) options = parse("@a{sv} {'good': <'two'>, 'bad': <'four'>}");
    g_autoptr(GError) error = NULL;
    guint index = 7;

    g_assert_true(firn_options_take_word(options, "absent", words, &index, NULL));
    g_assert_cmpuint(index, ==, 7);
    g_assert_true(firn_options_take_word(options, "good", words, &index, NULL));
    g_assert_cmpuint(index, ==, 1);
    g_assert_false(firn_options_take_word(options, "bad", words, &index, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr(error->message, ==, "bad is \"four\"; expected one, two or three");
    g_assert_cmpuint(index, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/options/take", test_take);
    g_test_add_func("/service/options/leftover", test_leftover);
    g_test_add_func("/service/options/wrong-type", test_wrong_type);
    g_test_add_func("/service/options/range", test_range);
    g_test_add_func("/service/options/boolean", test_boolean);
    g_test_add_func("/service/options/word", test_word);
    return g_test_run();
}
