/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lock-findings.h"

#include <string.h>

#include "finding-words.h"
#include "fuse-file.h"
#include "scratch-dir.h"
#include "small-disk.h"

static char *
describe(const char *path)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_lock_findings_add(findings, "disk vda", path);
    return firn_test_finding_words(findings);
}

static void
test_shared(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *folder = firn_test_scratch_dir_get_path(dir);
    g_autofree char *path = g_build_filename(folder, "filler", NULL);
    g_autofree char *words = NULL;

    if (!firn_test_small_disk_mount(folder, "64k"))
        return;
    firn_test_small_disk_fill(folder, 4096);
    words = describe(path);
    firn_test_small_disk_unmount();
    g_assert_cmpstr(words, ==, "");
}

static void
test_local(void)
{
    g_autoptr(FirnTestFuseFile) file = firn_test_fuse_file_new();
    g_autofree char *words = file == NULL ? NULL : describe(firn_test_fuse_file_get_path(file));

    if (file == NULL)
        return;
    g_assert_true(g_str_has_prefix(words, "warning LocksUnknown disk vda: a VM on another host "));
    g_assert_nonnull(strstr(words, "would not notice: it is on fuse, mounted on "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/doctor/lock-findings/shared", test_shared);
    g_test_add_func("/service/doctor/lock-findings/local", test_local);
    return g_test_run();
}
