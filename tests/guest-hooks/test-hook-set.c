/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-set.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "hook-rig.h"

/* Names in order, with "!" if refused and "*" if of the stock script. */
static char *
load(FirnTestHookRig *rig)
{
    FirnSettings settings = {.with_compat = true};
    FirnHookSet set = {NULL, 0};
    g_autoptr(GString) names = g_string_new(NULL);

    if (!firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason))
        return g_strdup("none");
    for (size_t i = 0; i < set.count; i++) {
        const FirnHook *hook = &set.hooks[i];

        g_assert_cmpint(hook->file >= 0, ==, *hook->refused.text == '\0');
        g_string_append_printf(names,
                               "%s%s%s%s",
                               i == 0 ? "" : " ",
                               hook->name,
                               hook->is_compat ? "*" : "",
                               *hook->refused.text != '\0' ? "!" : "");
        firn_reason_set(&rig->reason, "%s", hook->refused.text);
    }
    firn_hook_set_clear(&set);
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static void
assert_names(FirnTestHookRig *rig, const char *expected)
{
    g_autofree char *names = load(rig);

    g_assert_cmpstr(names, ==, expected);
}

static void
add(FirnTestHookRig *rig, const char *path)
{
    firn_test_hook_rig_write(rig, path, 0755, "#!/bin/sh\n");
}

static void
link_to(FirnTestHookRig *rig, const char *target, const char *path)
{
    g_autofree char *whole = firn_test_hook_rig_path(rig, path);

    g_assert_no_errno(symlink(target, whole));
}

static void
test_order(FirnTestHookRig *rig, gconstpointer data)
{
    assert_names(rig, "");
    add(rig, "/usr/lib/firn/hooks.d/30-c");
    add(rig, "/run/firn/hooks.d/20-b");
    add(rig, "/etc/firn/hooks.d/10-a");
    add(rig, "/etc/firn/hooks.d/9-z");
    add(rig, "/etc/qemu/fsfreeze-hook.d/00-db");
    add(rig, "/etc/qemu-ga/fsfreeze-hook.d/00-aa");
    assert_names(rig, "10-a 20-b 30-c 9-z 00-aa* 00-db*");
}

static void
test_precedence(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings = {.with_compat = true};
    FirnHookSet set = {NULL, 0};

    add(rig, "/usr/lib/firn/hooks.d/30-c");
    add(rig, "/run/firn/hooks.d/30-c");
    add(rig, "/etc/firn/hooks.d/30-c");
    g_assert_true(firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason));
    g_assert_cmpuint(set.count, ==, 1);
    g_assert_cmpstr(set.hooks[0].source, ==, "/etc/firn/hooks.d/30-c");
    firn_hook_set_clear(&set);
}

static void
test_masks(FirnTestHookRig *rig, gconstpointer data)
{
    add(rig, "/usr/lib/firn/hooks.d/10-a");
    add(rig, "/usr/lib/firn/hooks.d/20-b");
    add(rig, "/usr/lib/firn/hooks.d/30-c");
    link_to(rig, "/dev/null", "/etc/firn/hooks.d/10-a");
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/20-b", 0644, "");
    assert_names(rig, "30-c");
}

static void
test_ignored(FirnTestHookRig *rig, gconstpointer data)
{
    static const char *const names[] =
        {"10-a~", "10-a.bak", "10-a.rpmsave", "10-a.dpkg-old", "10-a.sample", ".10-a", "10-a b"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strconcat("/etc/firn/hooks.d/", names[i], NULL);

        add(rig, path);
    }
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-text", 0644, "not executable");
    assert_names(rig, "");
}

static void
test_refused(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a", 0777, "#!/bin/sh\n");
    assert_names(rig, "10-a!");
    firn_test_assert_in(rig->reason.text, "mode 0777");
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a", 0755, "#!/bin/sh\n");
    link_to(rig, "10-a", "/etc/firn/hooks.d/20-b");
    assert_names(rig, "10-a 20-b!");
    firn_test_assert_in(rig->reason.text, "symbolic link");
    add(rig, "/etc/firn/hooks.d/30-folder/x");
    assert_names(rig, "10-a 20-b! 30-folder!");
}

static void
test_untrusted_folder(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *compat = firn_test_hook_rig_path(rig, "/etc/qemu/fsfreeze-hook.d");
    g_autofree char *own = firn_test_hook_rig_path(rig, "/etc/firn/hooks.d");

    add(rig, "/etc/firn/hooks.d/10-a");
    add(rig, "/etc/qemu/fsfreeze-hook.d/10-b");
    g_assert_no_errno(g_chmod(compat, 0777));
    assert_names(rig, "10-a");
    g_assert_no_errno(g_chmod(own, 0777));
    assert_names(rig, "none");
    firn_test_assert_in(rig->reason.text, "/etc/firn/hooks.d may be written by others");
}

static void
test_conf(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings = {.with_compat = true};
    FirnHookSet set = {NULL, 0};

    add(rig, "/usr/lib/firn/hooks.d/10-a");
    firn_test_hook_rig_write(rig,
                             "/usr/lib/firn/hooks.d/10-a.conf",
                             0644,
                             "FreezeTimeoutSec=20\nThawTimeoutSec=21\nLevel=app\n");
    firn_test_hook_rig_write(rig, "/run/firn/hooks.d/10-a.conf", 0644, "ThawTimeoutSec=31\n");
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a.conf", 0644, "Level=flushed\n");
    g_assert_true(firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason));
    g_assert_cmpuint(set.hooks[0].conf.freeze_s, ==, 20);
    g_assert_cmpuint(set.hooks[0].conf.thaw_s, ==, 31);
    g_assert_cmpint(set.hooks[0].conf.level, ==, FIRN_LEVEL_FLUSHED);
    firn_hook_set_clear(&set);
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a.conf", 0644, "Enabled=no\n");
    assert_names(rig, "");
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a.conf", 0644, "Nonsense=no\n");
    assert_names(rig, "10-a!");
    firn_test_assert_in(rig->reason.text, "no setting Nonsense");
    firn_test_hook_rig_write(rig, "/etc/firn/hooks.d/10-a.conf", 0666, "Enabled=no\n");
    assert_names(rig, "10-a!");
}

static void
test_compat(FirnTestHookRig *rig, gconstpointer data)
{
    FirnSettings settings = {.with_compat = false};
    FirnHookSet set = {NULL, 0};

    add(rig, "/etc/qemu/fsfreeze-hook.d/10-b");
    g_assert_true(firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason));
    g_assert_cmpuint(set.count, ==, 0);
    settings.with_compat = true;
    g_assert_true(firn_hook_set_load(&set, &rig->paths, &settings, &rig->reason));
    g_assert_cmpuint(set.count, ==, 1);
    g_assert_false(set.hooks[0].conf.is_critical);
    g_assert_cmpint(set.hooks[0].conf.level, ==, FIRN_LEVEL_NONE);
    firn_hook_set_clear(&set);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("hook-set/order", test_order);
    FIRN_TEST_WITH_RIG("hook-set/precedence", test_precedence);
    FIRN_TEST_WITH_RIG("hook-set/masks", test_masks);
    FIRN_TEST_WITH_RIG("hook-set/ignored", test_ignored);
    FIRN_TEST_WITH_RIG("hook-set/refused", test_refused);
    FIRN_TEST_WITH_RIG("hook-set/untrusted-folder", test_untrusted_folder);
    FIRN_TEST_WITH_RIG("hook-set/conf", test_conf);
    FIRN_TEST_WITH_RIG("hook-set/compat", test_compat);
    return g_test_run();
}
