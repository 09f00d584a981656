/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own-settings.h"

#include <glib.h>

static FirnReason reason;

static void
set(FirnOwnSettings *settings, const char *name, const char *value)
{
    g_assert_true(firn_own_settings_set(settings, name, value, &reason));
}

static void
assert_text(const FirnOwnSettings *settings, const char *text, gsize length)
{
    g_assert_cmpmem(settings->text, settings->length + 1, text, length);
}

static void
test_set(void)
{
    FirnOwnSettings settings = {""};

    set(&settings, "A", "1");
    set(&settings, "AB_2", "x y=z");
    assert_text(&settings, "FIRN_SET_A=1\0FIRN_SET_AB_2=x y=z\0", 34);
    g_assert_cmpuint(settings.count, ==, 2);
}

static void
test_replaced(void)
{
    FirnOwnSettings settings = {""};

    set(&settings, "A", "1");
    set(&settings, "AB", "2");
    set(&settings, "A", "3");
    assert_text(&settings, "FIRN_SET_AB=2\0FIRN_SET_A=3\0", 28);
    set(&settings, "AB", "");
    assert_text(&settings, "FIRN_SET_A=3\0", 14);
    g_assert_cmpuint(settings.count, ==, 1);
    set(&settings, "NEVER", "");
    g_assert_cmpuint(settings.count, ==, 1);
}

static void
test_has(void)
{
    FirnOwnSettings settings = {""};

    g_assert_false(firn_own_settings_has(&settings, "A"));
    set(&settings, "AB", "1");
    g_assert_false(firn_own_settings_has(&settings, "A"));
    g_assert_false(firn_own_settings_has(&settings, "ABC"));
    g_assert_true(firn_own_settings_has(&settings, "AB"));
}

static void
test_wrong_names(void)
{
    static const char *const wrong[] = {"", "a", "A-B", "A=B", "A B", "Ä"};
    g_autofree char *too_long = g_strnfill(33, 'A');
    FirnOwnSettings settings = {""};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(firn_own_settings_set(&settings, wrong[i], "1", &reason));
    g_assert_false(firn_own_settings_set(&settings, too_long, "1", &reason));
    assert_text(&settings, "", 1);
}

/* To the last byte. */
static void
test_full(void)
{
    FirnOwnSettings settings = {""};
    g_autofree char *most = g_strnfill(FIRN_OWN_SETTINGS_BYTES - strlen("FIRN_SET_A=") - 2, 'x');
    g_autofree char *more = g_strconcat(most, "x", NULL);

    g_assert_false(firn_own_settings_set(&settings, "A", more, &reason));
    set(&settings, "A", most);
    g_assert_cmpuint(settings.length, ==, FIRN_OWN_SETTINGS_BYTES - 1);
    g_assert_false(firn_own_settings_set(&settings, "B", "1", &reason));
    set(&settings, "A", "1");
    set(&settings, "B", "1");
}

static void
test_many(void)
{
    FirnOwnSettings settings = {""};

    for (guint i = 0; i < FIRN_OWN_SETTINGS_MAX; i++) {
        g_autofree char *name = g_strdup_printf("A%u", i);

        set(&settings, name, "1");
    }
    g_assert_false(firn_own_settings_set(&settings, "B", "1", &reason));
    set(&settings, "A0", "2");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/own-settings/set", test_set);
    g_test_add_func("/guest-hooks/own-settings/replaced", test_replaced);
    g_test_add_func("/guest-hooks/own-settings/has", test_has);
    g_test_add_func("/guest-hooks/own-settings/wrong-names", test_wrong_names);
    g_test_add_func("/guest-hooks/own-settings/full", test_full);
    g_test_add_func("/guest-hooks/own-settings/many", test_many);
    return g_test_run();
}
