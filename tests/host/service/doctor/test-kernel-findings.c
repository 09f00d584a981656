/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-findings.h"

#include <glib/gstdio.h>
#include <string.h>

#include "finding-words.h"
#include "scratch-dir.h"

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *root;        /* (unowned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->root = firn_test_scratch_dir_get_path(fixture->dir);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_scratch_dir_free(fixture->dir);
}

static void
put(Fixture *fixture, const char *path, const char *text)
{
    g_autofree char *full = g_strconcat(fixture->root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

static char *
describe(Fixture *fixture, void (*add)(FirnFindings *findings, const char *root))
{
    g_autoptr(FirnFindings) findings = firn_findings_new();

    add(findings, fixture->root);
    return firn_test_finding_words(findings);
}

static void
test_unconfined(Fixture *fixture, gconstpointer data)
{
    g_autofree char *without = describe(fixture, firn_kernel_findings_add_confinement);
    g_autofree char *permissive = NULL;

    g_assert_cmpstr(without, ==, "");
    put(fixture, "/sys/fs/selinux/enforce", "0");
    put(fixture, "/sys/kernel/security/apparmor/profiles", "");
    permissive = describe(fixture, firn_kernel_findings_add_confinement);
    g_assert_cmpstr(permissive, ==, "");
}

static void
test_apparmor(Fixture *fixture, gconstpointer data)
{
    g_autofree char *words = NULL;

    put(fixture, "/sys/kernel/security/apparmor/profiles", "libvirtd (enforce)\n");
    words = describe(fixture, firn_kernel_findings_add_confinement);
    g_assert_true(g_str_has_prefix(words, "ok AppArmor AppArmor: "));
    g_assert_nonnull(strstr(words, "journalctl -k --grep DENIED\n"));
}

static void
test_selinux(Fixture *fixture, gconstpointer data)
{
    g_autofree char *words = NULL;

    put(fixture, "/sys/fs/selinux/enforce", "1");
    words = describe(fixture, firn_kernel_findings_add_confinement);
    g_assert_true(g_str_has_prefix(words, "ok SELinux SELinux: "));
    g_assert_nonnull(strstr(words, "ausearch -m avc"));
}

#define ADD(name, function)                                                                        \
    g_test_add("/service/kernel-findings/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("unconfined", test_unconfined);
    ADD("apparmor", test_apparmor);
    ADD("selinux", test_selinux);
    return g_test_run();
}
