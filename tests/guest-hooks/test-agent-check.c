/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-check.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/xattr.h>

#include "hook-rig.h"

#define HOOK "/usr/sbin/firn-hook"

static char *
check(FirnTestHookRig *rig, unsigned problems)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    unsigned found = firn_agent_check(&rig->paths, out);

    fclose(out);
    if (found != problems)
        g_error("%u problems, not %u: %s", found, problems, text);
    return text;
}

static void
assert_finds(FirnTestHookRig *rig, const char *part)
{
    g_autofree char *text = check(rig, 1);

    firn_test_assert_in(text, part);
}

static void
assert_well(FirnTestHookRig *rig)
{
    g_free(check(rig, 0));
}

/* @words: with "|" between them. */
static void
run_agent(FirnTestHookRig *rig, const char *words)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/proc/40/cmdline");
    g_autofree char *text = g_strconcat(words, "|", NULL);
    gsize length = strlen(text);

    for (gsize i = 0; i < length; i++)
        text[i] = text[i] == '|' ? '\0' : text[i];
    firn_test_hook_rig_write(rig, "/proc/40/cmdline", 0644, "");
    g_assert_true(g_file_set_contents(path, text, (gssize)length, NULL));
}

static void
place_hook(FirnTestHookRig *rig)
{
    firn_test_hook_rig_write(rig, HOOK, 0755, "");
}

static void
test_none(FirnTestHookRig *rig, gconstpointer data)
{
    assert_finds(rig, "qemu-ga does not run");
    run_agent(rig, "/usr/bin/not-qemu-ga|-F" HOOK);
    assert_finds(rig, "qemu-ga does not run");
}

static void
test_command_line(FirnTestHookRig *rig, gconstpointer data)
{
    static const char *const words[] = {"-F" HOOK,
                                        "-F|" HOOK,
                                        "--fsfreeze-hook=" HOOK,
                                        "--fsfreeze-hook|" HOOK,
                                        "-F/other|-F" HOOK,
                                        "-F" HOOK "|-v"};

    place_hook(rig);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *line = g_strconcat("/usr/sbin/qemu-ga|", words[i], NULL);

        run_agent(rig, line);
        assert_well(rig);
    }
    run_agent(rig, "/usr/sbin/qemu-ga|-F|-v");
    assert_finds(rig, "qemu-ga (40) does not call firn-hook: ");
    run_agent(rig, "/usr/sbin/qemu-ga|-F/etc/qemu/fsfreeze-hook");
    assert_finds(rig, "does not call firn-hook, but /etc/qemu/fsfreeze-hook: ");
}

static void
test_conf(FirnTestHookRig *rig, gconstpointer data)
{
    place_hook(rig);
    run_agent(rig, "/usr/sbin/qemu-ga");
    assert_finds(rig, "does not call firn-hook: ");
    firn_test_hook_rig_write(rig,
                             "/etc/qemu/qemu-ga.conf",
                             0644,
                             "[general]\n#fsfreeze-hook=/x\nfsfreeze-hooks=/y\n"
                             "fsfreeze-hook = " HOOK "\nverbose=true\n");
    assert_well(rig);
    /* The command line decides. */
    run_agent(rig, "/usr/sbin/qemu-ga|-F/other");
    assert_finds(rig, "does not call firn-hook, but /other");
}

static void
test_missing(FirnTestHookRig *rig, gconstpointer data)
{
    run_agent(rig, "/usr/sbin/qemu-ga|-F" HOOK);
    assert_finds(rig, "calls " HOOK ", which is not there: each freeze and thaw fails");
    firn_test_hook_rig_write(rig, HOOK, 0644, "");
    assert_finds(rig, "calls " HOOK ", which is not there");
}

/* The rig's folders may be on a disk, or in RAM. */
static void
test_state(FirnTestHookRig *rig, gconstpointer data)
{
    FirnPaths real = {"", 0};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    g_assert_cmpuint(firn_check_in_ram(&real, "/dev/shm", out), ==, 0);
    g_assert_cmpuint(firn_check_in_ram(&real, "/not-there", out), ==, 0);
    g_assert_cmpuint(firn_check_in_ram(&real, "/proc", out), ==, 1);
    fclose(out);
    g_assert_cmpstr(text, ==, "/proc is on a disk: mount a tmpfs there\n");
    free(text);
}

static void
test_state_of_agent(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *state = firn_test_hook_rig_path(rig, "/var/state");

    place_hook(rig);
    g_assert_no_errno(g_mkdir_with_parents(state, 0755));
    g_rmdir(state);
    g_assert_cmpint(symlink("/proc", state), ==, 0);
    run_agent(rig, "/usr/sbin/qemu-ga|-F" HOOK "|-t|/var/state");
    assert_finds(rig, "/var/state is on a disk");
    run_agent(rig, "/usr/sbin/qemu-ga|-F" HOOK "|--statedir=/var/state");
    assert_finds(rig, "/var/state is on a disk");
    run_agent(rig, "/usr/sbin/qemu-ga|-F" HOOK);
    assert_well(rig);
    firn_test_hook_rig_write(rig, "/etc/qemu/qemu-ga.conf", 0644, "statedir=/var/state\n");
    assert_finds(rig, "/var/state is on a disk");
}

static bool
label(FirnTestHookRig *rig, const char *text)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, HOOK);

    return setxattr(path, "security.selinux", text, strlen(text) + 1, 0) == 0;
}

static void
test_selinux(FirnTestHookRig *rig, gconstpointer data)
{
    place_hook(rig);
    run_agent(rig, "/usr/sbin/qemu-ga|-F" HOOK);
    firn_test_hook_rig_write(rig, "/sys/fs/selinux/enforce", 0644, "0");
    assert_well(rig);
    firn_test_hook_rig_write(rig, "/sys/fs/selinux/enforce", 0644, "1");
    firn_test_hook_rig_write(rig,
                             "/sys/fs/selinux/booleans/virt_qemu_ga_run_unconfined",
                             0644,
                             "1 1");
    if (!label(rig, "system_u:object_r:bin_t:s0")) {
        g_test_skip("labels can be set by root alone");
        return;
    }
    assert_finds(rig, "has the label \"system_u:object_r:bin_t:s0\", not virt_qemu_ga_unconfined");
    g_assert_true(label(rig, "system_u:object_r:virt_qemu_ga_unconfined_exec_t:s0"));
    assert_well(rig);
    firn_test_hook_rig_write(rig,
                             "/sys/fs/selinux/booleans/virt_qemu_ga_run_unconfined",
                             0644,
                             "0 0");
    assert_finds(rig, "setsebool -P virt_qemu_ga_run_unconfined on");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("agent-check/none", test_none);
    FIRN_TEST_WITH_RIG("agent-check/command-line", test_command_line);
    FIRN_TEST_WITH_RIG("agent-check/conf", test_conf);
    FIRN_TEST_WITH_RIG("agent-check/missing", test_missing);
    FIRN_TEST_WITH_RIG("agent-check/state", test_state);
    FIRN_TEST_WITH_RIG("agent-check/state-of-agent", test_state_of_agent);
    FIRN_TEST_WITH_RIG("agent-check/selinux", test_selinux);
    return g_test_run();
}
