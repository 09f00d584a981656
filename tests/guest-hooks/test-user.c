/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "user.h"

#include "hook-rig.h"

static void
write_lists(FirnTestHookRig *rig)
{
    firn_test_hook_rig_write(rig,
                             "/etc/passwd",
                             0644,
                             "root:x:0:0:root:/root:/bin/sh\n"
                             "postgres:x:114:120:,,,:/var/lib/postgresql:/bin/bash\n");
    firn_test_hook_rig_write(rig,
                             "/etc/group",
                             0644,
                             "root:x:0:\nssl-cert:x:119:www,postgres\npostgres:x:120:\n"
                             "others:x:121:postgresql\n");
}

static void
test_found(FirnTestHookRig *rig, gconstpointer data)
{
    FirnUser user;

    write_lists(rig);
    g_assert_true(firn_user_find(&rig->paths, "postgres", &user, &rig->reason));
    g_assert_cmpuint(user.uid, ==, 114);
    g_assert_cmpuint(user.gid, ==, 120);
    g_assert_cmpstr(user.home, ==, "/var/lib/postgresql");
    g_assert_cmpuint(user.n_groups, ==, 2);
    g_assert_cmpuint(user.groups[0], ==, 120);
    g_assert_cmpuint(user.groups[1], ==, 119);
}

static void
test_missing(FirnTestHookRig *rig, gconstpointer data)
{
    FirnUser user;

    g_assert_false(firn_user_find(&rig->paths, "postgres", &user, &rig->reason));
    write_lists(rig);
    g_assert_false(firn_user_find(&rig->paths, "postgre", &user, &rig->reason));
    firn_test_assert_in(rig->reason.text, "no user postgre");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("user/found", test_found);
    FIRN_TEST_WITH_RIG("user/missing", test_missing);
    return g_test_run();
}
