/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-hint.h"

/* An error of the agent of AlmaLinux, as libvirt passes it on. */
#define DENIED                                                                                     \
    "internal error: unable to execute QEMU agent command 'guest-fsfreeze-freeze': "               \
    "failed to open /mnt: Permission denied"

static void
assert_hint(const char *complaint, const char *word, const char *mountpoint)
{
    FirnFreezeHint hint = firn_freeze_hint_of(complaint);
    g_autofree char *found = firn_freeze_hint_dup_mountpoint(complaint);

    g_assert_cmpstr(firn_freeze_hint_word(hint), ==, word);
    g_assert_cmpstr(found, ==, mountpoint);
    g_assert_cmpint(*word == '\0', ==, *firn_freeze_hint_remedy(hint) == '\0');
}

static void
test_permission(void)
{
    assert_hint(DENIED, "guest-permission", "/mnt");
    assert_hint("failed to freeze /: Operation not permitted", "guest-permission", "/");
}

static void
test_file_system(void)
{
    assert_hint("failed to freeze /mnt/a b: Input/output error", "guest-file-system", "/mnt/a b");
    assert_hint("failed to freeze /mnt", "guest-file-system", "/mnt");
}

static void
test_hook(void)
{
    assert_hint("fsfreeze hook has failed with status 1", "guest-hook", NULL);
    assert_hint("child process has failed to execute fsfreeze hook: exit status 1",
                "guest-hook",
                NULL);
    assert_hint("child process has terminated abnormally", "guest-hook", NULL);
    assert_hint("can't access fsfreeze hook '/etc/qemu/fsfreeze-hook': Permission denied",
                "guest-hook",
                NULL);
}

/* A permission error without a mount point can have any cause. */
static void
test_none(void)
{
    assert_hint("", "", NULL);
    assert_hint("Permission denied", "", NULL);
    assert_hint("failed to open file '/x': Permission denied", "", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/freeze-hint/permission", test_permission);
    g_test_add_func("/job/freeze-hint/file-system", test_file_system);
    g_test_add_func("/job/freeze-hint/hook", test_hook);
    g_test_add_func("/job/freeze-hint/none", test_none);
    return g_test_run();
}
