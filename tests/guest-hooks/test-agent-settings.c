/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-settings.h"

#include <stdlib.h>

#include "hook-rig.h"
#include "placed-file.h"

#define HOOK      "/usr/sbin/firn-hook"
#define CONF      "/etc/qemu/qemu-ga.conf"
#define DROP_IN   "/etc/systemd/system/qemu-guest-agent.service.d/50-firn-hook.conf"
#define VARIABLES "/etc/sysconfig/qemu-ga-firn"

static char *
place(FirnTestHookRig *rig)
{
    const char *hook = firn_agent_settings_get_hook(&rig->paths, HOOK);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool is_placed = firn_agent_settings_place(&rig->paths, hook, out, &rig->reason);

    fclose(out);
    if (!is_placed)
        g_error("%s", rig->reason.text);
    return text;
}

static unsigned
remove_settings(FirnTestHookRig *rig)
{
    unsigned removed;
    g_autofree char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    g_assert_true(firn_agent_settings_remove(&rig->paths, out, &removed, &rig->reason));
    fclose(out);
    return removed;
}

static void
assert_file(FirnTestHookRig *rig, const char *path, const char *text)
{
    g_autofree char *found = firn_test_hook_rig_read(rig, path);

    g_assert_cmpstr(found, ==, text);
}

static void
test_conf(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *said = place(rig);
    g_autofree char *again = place(rig);

    g_assert_cmpstr(said, ==, CONF ": written\n");
    g_assert_cmpstr(again, ==, said);
    assert_file(rig, CONF, FIRN_PLACED_MARK "[general]\nfsfreeze-hook=" HOOK "\n");
    assert_file(rig, DROP_IN, "");
    g_assert_cmpuint(remove_settings(rig), ==, 1);
    g_assert_cmpint(firn_placed_file_find(&rig->paths, CONF), ==, FIRN_PLACED_NONE);
    g_assert_cmpuint(remove_settings(rig), ==, 0);
}

/* What an administrator has written stays. */
static void
test_drop_in(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    firn_test_hook_rig_write(rig, CONF, 0644, "[general]\nverbose=true\n");
    said = place(rig);
    g_assert_cmpstr(said, ==, DROP_IN ": written\n");
    assert_file(rig, CONF, "[general]\nverbose=true\n");
    assert_file(rig,
                DROP_IN,
                FIRN_PLACED_MARK "[Service]\nExecStart=\nExecStart=-/usr/sbin/qemu-ga -F" HOOK
                                 "\n");
    g_assert_cmpuint(remove_settings(rig), ==, 1);
    assert_file(rig, CONF, "[general]\nverbose=true\n");
    g_assert_cmpint(firn_placed_file_find(&rig->paths, DROP_IN), ==, FIRN_PLACED_NONE);
}

static void
test_variables(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    firn_test_hook_rig_write(rig, FIRN_AGENT_VARIABLES, 0644, "FSFREEZE_HOOK_PATHNAME=/x\n");
    said = place(rig);
    g_assert_cmpstr(said, ==, VARIABLES ": written\n" DROP_IN ": written\n");
    assert_file(rig,
                VARIABLES,
                FIRN_PLACED_MARK "FSFREEZE_HOOK_PATHNAME=" FIRN_AGENT_LABELLED_HOOK "\n");
    assert_file(rig, DROP_IN, FIRN_PLACED_MARK "[Service]\nEnvironmentFile=-" VARIABLES "\n");
    assert_file(rig, FIRN_AGENT_VARIABLES, "FSFREEZE_HOOK_PATHNAME=/x\n");
    g_assert_cmpuint(remove_settings(rig), ==, 2);
    assert_file(rig, FIRN_AGENT_VARIABLES, "FSFREEZE_HOOK_PATHNAME=/x\n");
}

static void
test_drop_in_of_another(FirnTestHookRig *rig, gconstpointer data)
{
    firn_test_hook_rig_write(rig, CONF, 0644, "[general]\n");
    firn_test_hook_rig_write(rig, DROP_IN, 0644, "[Service]\n");
    g_assert_false(firn_agent_settings_place(&rig->paths, HOOK, stderr, &rig->reason));
    firn_test_assert_in(rig->reason.text, DROP_IN " is another's");
    g_assert_cmpuint(remove_settings(rig), ==, 0);
    assert_file(rig, DROP_IN, "[Service]\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("agent-settings/conf", test_conf);
    FIRN_TEST_WITH_RIG("agent-settings/drop-in", test_drop_in);
    FIRN_TEST_WITH_RIG("agent-settings/variables", test_variables);
    FIRN_TEST_WITH_RIG("agent-settings/drop-in-of-another", test_drop_in_of_another);
    return g_test_run();
}
