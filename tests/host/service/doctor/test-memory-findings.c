/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-findings.h"

#include <string.h>

#include "finding-words.h"
#include "monitor-rig.h"
#include "scratch-dir.h"

#define SET     "migrate-set-capabilities"
#define NO_HOST "Background-snapshot is not supported by host kernel"

/* On a host that permits nothing, unless the file has this text. */
static char *
describe(FirnChannel *monitor, const char *path, const char *text)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *root = firn_test_scratch_dir_get_path(dir);
    g_autoptr(FirnFindings) findings = firn_findings_new();

    if (path != NULL) {
        g_autofree char *full = g_strconcat(root, path, NULL);
        g_autofree char *folder = g_path_get_dirname(full);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        g_assert_true(g_file_set_contents(full, text, -1, NULL));
    }
    firn_memory_findings_add(findings, monitor, root, NULL);
    return firn_test_finding_words(findings);
}

#define ALLOWED "/proc/sys/vm/unprivileged_userfaultfd"

static void
test_off(void)
{
    g_autofree char *nothing = describe(NULL, NULL, NULL);
    g_autofree char *forbidden = describe(NULL, ALLOWED, "0\n");
    g_autofree char *allowed = describe(NULL, ALLOWED, "1\n");
    g_autofree char *device = describe(NULL, "/dev/userfaultfd", "");

    g_assert_true(g_str_has_prefix(nothing, "warning UserfaultfdForbidden RAM: "));
    g_assert_nonnull(strstr(forbidden, " -> sysctl vm.unprivileged_userfaultfd=1"));
    g_assert_true(g_str_has_prefix(allowed, "ok Userfaultfd RAM: "));
    /* The owner of the device is not known yet. */
    g_assert_true(g_str_has_prefix(device, "ok UserfaultfdDevice RAM: "));
    g_assert_nonnull(strstr(device, "while the VM is on"));
}

/* As root, or through libvirt: independent of the host's setting for others. */
static void
test_can(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *words = NULL;

    firn_test_peer_fail(rig->peer, SET, 1, "not compatible with auto-converge");
    firn_test_peer_fail(rig->peer, SET, 1, "not compatible with validate-uuid");
    words = describe(rig->monitor, NULL, NULL);
    g_assert_true(g_str_has_prefix(words, "ok LiveMemory RAM: "));
}

/* As a user without permission, with a device that this QEMU does not support. */
static void
test_cannot(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *words = NULL;

    firn_test_peer_fail(rig->peer, SET, 0, NO_HOST);
    words = describe(rig->monitor, "/dev/userfaultfd", "");
    g_assert_true(g_str_has_prefix(words, "warning LiveMemoryRefused RAM: "));
    g_assert_nonnull(strstr(words, "vm.unprivileged_userfaultfd=1"));
}

static void
test_silent(FirnTestMonitorRig *rig, gconstpointer data)
{
    const FirnTestStep hang_up[] = {{.hang_up = TRUE}, {0}};
    g_autofree char *words = NULL;

    firn_test_peer_when(rig->peer, SET, 0, hang_up);
    words = describe(rig->monitor, ALLOWED, "1\n");
    g_assert_true(g_str_has_prefix(words, "ok Userfaultfd RAM: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/memory-findings/off", test_off);
    firn_test_monitor_rig_add("/service/memory-findings/qemu-can", NULL, test_can);
    firn_test_monitor_rig_add("/service/memory-findings/qemu-cannot", NULL, test_cannot);
    firn_test_monitor_rig_add("/service/memory-findings/qemu-is-silent", NULL, test_silent);
    return g_test_run();
}
