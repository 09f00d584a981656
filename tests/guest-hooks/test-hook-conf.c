/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-conf.h"

#include "hook-rig.h"

static void
test_defaults(void)
{
    FirnHookConf conf;

    firn_hook_conf_init(&conf);
    g_assert_cmpint(conf.enabled, ==, FIRN_ENABLED_AUTO);
    g_assert_cmpint(conf.mode, ==, FIRN_MODE_ONESHOT);
    g_assert_true(conf.is_critical);
    g_assert_cmpint(conf.level, ==, FIRN_LEVEL_NONE);
    g_assert_cmpuint(conf.prepare_s, ==, 300);
    g_assert_cmpuint(conf.freeze_s, ==, 10);
    g_assert_cmpuint(conf.thaw_s, ==, 10);
    g_assert_cmpuint(conf.max_hold_s, ==, 0);
}

static void
test_merged(void)
{
    FirnReason reason = {""};
    FirnHookConf conf;

    firn_hook_conf_init(&conf);
    g_assert_true(firn_hook_conf_merge(
        &conf,
        "Mode=session\nLevel=app\nUser=postgres\nFreezeTimeoutSec=20\nMaxHoldSec=5\n"
        "Detect=unit:x.service\nPrepareTimeoutSec=1\nCredentialFile=/etc/firn/c\n",
        &reason));
    g_assert_true(firn_hook_conf_merge(&conf,
                                       "User=\nCritical=no\nEnabled=yes\nThawTimeoutSec=3\n",
                                       &reason));
    g_assert_cmpint(conf.mode, ==, FIRN_MODE_SESSION);
    g_assert_cmpint(conf.level, ==, FIRN_LEVEL_APP);
    g_assert_cmpstr(conf.user, ==, "");
    g_assert_cmpstr(conf.detect, ==, "unit:x.service");
    g_assert_cmpstr(conf.credential, ==, "/etc/firn/c");
    g_assert_cmpuint(conf.freeze_s, ==, 20);
    g_assert_cmpuint(conf.thaw_s, ==, 3);
    g_assert_cmpuint(conf.prepare_s, ==, 1);
    g_assert_cmpuint(conf.max_hold_s, ==, 5);
    g_assert_false(conf.is_critical);
    g_assert_cmpint(conf.enabled, ==, FIRN_ENABLED_YES);
}

static void
test_wrong(void)
{
    static const char *const wrong[] = {"Mode=forever",
                                        "Level=perfect",
                                        "Critical=1",
                                        "Enabled=",
                                        "FreezeTimeoutSec=0",
                                        "FreezeTimeoutSec=3601",
                                        "Detect=port:5432",
                                        "Detect=socket:relative",
                                        "Detect=unit:x port:1",
                                        "CredentialFile=relative",
                                        "freezetimeoutsec=1",
                                        "Set.databases=1",
                                        "Set.=1",
                                        "After=10-x"};
    g_autofree char *long_name = g_strnfill(64, 'u');
    g_autofree char *long_user = g_strconcat("User=", long_name, NULL);
    FirnHookConf conf;
    FirnReason reason = {""};

    firn_hook_conf_init(&conf);
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        if (firn_hook_conf_merge(&conf, wrong[i], &reason))
            g_error("%s is allowed", wrong[i]);
    g_assert_false(firn_hook_conf_merge(&conf, long_user, &reason));
}

static bool
is_wanted(FirnTestHookRig *rig, const char *text)
{
    FirnHookConf conf;

    firn_hook_conf_init(&conf);
    g_assert_true(firn_hook_conf_merge(&conf, text, &rig->reason));
    return firn_hook_conf_is_wanted(&conf, &rig->paths);
}

static void
test_detected(FirnTestHookRig *rig, gconstpointer data)
{
    g_assert_true(is_wanted(rig, ""));
    g_assert_false(is_wanted(rig, "Enabled=no"));
    g_assert_false(is_wanted(rig, "Detect=program:psql"));
    g_assert_true(is_wanted(rig, "Detect=program:psql\nEnabled=yes"));
    firn_test_hook_rig_write(rig, "/usr/bin/psql", 0755, "");
    g_assert_true(is_wanted(rig, "Detect=program:psql"));
    g_assert_false(is_wanted(rig, "Detect=program:psql\nEnabled=no"));
    g_assert_false(is_wanted(rig, "Detect=unit:db.service"));
    firn_test_hook_rig_write(rig, "/sys/fs/cgroup/system.slice/db.service/tasks", 0644, "");
    g_assert_true(is_wanted(rig, "Detect=unit:db.service"));
    g_assert_true(is_wanted(rig, "Detect=unit:other.service  unit:db.service"));
    g_assert_false(is_wanted(rig, "Detect=unit:other.service unit:more.service"));
    g_assert_false(is_wanted(rig, "Detect=setting:FILES"));
    g_assert_false(is_wanted(rig, "Detect=setting:FILES\nSet.FILES="));
    g_assert_true(is_wanted(rig, "Detect=setting:MORE setting:FILES\nSet.FILES=/srv/a"));
    firn_test_hook_rig_write(rig, "/run/s", 0644, "");
    g_assert_false(is_wanted(rig, "Detect=socket:/run/s"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/hook-conf/defaults", test_defaults);
    g_test_add_func("/guest-hooks/hook-conf/merged", test_merged);
    g_test_add_func("/guest-hooks/hook-conf/wrong", test_wrong);
    FIRN_TEST_WITH_RIG("hook-conf/detected", test_detected);
    return g_test_run();
}
