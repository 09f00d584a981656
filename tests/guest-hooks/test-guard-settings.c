/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-settings.h"

#include "hook-rig.h"

static FirnSettings
load(FirnTestHookRig *rig, const char *text)
{
    FirnSettings settings;

    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, text);
    if (!firn_settings_load(&settings, &rig->paths, &rig->reason))
        g_error("%s", rig->reason.text);
    return settings;
}

static void
assert_wrong(FirnTestHookRig *rig, const char *text, const char *in_reason)
{
    FirnSettings settings;

    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0644, text);
    g_assert_false(firn_settings_load(&settings, &rig->paths, &rig->reason));
    firn_test_assert_in(rig->reason.text, in_reason);
}

static void
test_defaults(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings;

    g_assert_true(firn_settings_load(&settings, &rig->paths, &rig->reason));
    g_assert_cmpuint(settings.deadman_s, ==, 30);
    g_assert_cmpuint(settings.freeze_total_s, ==, 30);
    g_assert_true(settings.is_strict);
    g_assert_true(settings.with_compat);
    g_assert_false(settings.is_compat_reversed);
}

static void
test_values(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings = load(rig,
                                 "DeadmanSec=300\nFreezeTotalSec=7\nStrict=no\n"
                                 "CompatHooks=no\nCompatReverse=yes\n");

    g_assert_cmpuint(settings.deadman_s, ==, 300);
    g_assert_cmpuint(settings.freeze_total_s, ==, 7);
    g_assert_false(settings.is_strict);
    g_assert_false(settings.with_compat);
    g_assert_true(settings.is_compat_reversed);
}

static void
test_wrong(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *large = g_strnfill(20000, '\n');

    assert_wrong(rig, "DeadmanSec=4", "guard.conf: line 1: ");
    assert_wrong(rig, "DeadmanSec=301", "5 to 300");
    assert_wrong(rig, "Strict=maybe", "maybe");
    assert_wrong(rig, "Unknown=1", "no setting Unknown");
    assert_wrong(rig, large, "cannot be read");
}

static void
test_untrusted(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings;

    firn_test_hook_rig_write(rig, FIRN_SETTINGS_PATH, 0666, "DeadmanSec=300");
    g_assert_false(firn_settings_load(&settings, &rig->paths, &rig->reason));
    firn_test_assert_in(rig->reason.text, "mode 0666");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("guard-settings/defaults", test_defaults);
    FIRN_TEST_WITH_RIG("guard-settings/values", test_values);
    FIRN_TEST_WITH_RIG("guard-settings/wrong", test_wrong);
    FIRN_TEST_WITH_RIG("guard-settings/untrusted", test_untrusted);
    return g_test_run();
}
