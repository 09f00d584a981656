/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "spaces.h"

#include <string.h>

#include "finding-words.h"
#include "scratch-dir.h"
#include "small-disk.h"

static char *
describe(const char *first, const char *second)
{
    g_autoptr(FirnSpaces) spaces = firn_spaces_new();
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_spaces_add(spaces, "disk vda", first);
    firn_spaces_add(spaces, "disk vdb", second);
    firn_spaces_tell(spaces, findings);
    return firn_test_finding_words(findings);
}

static void
test_one_file_system(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *path = firn_test_scratch_dir_get_path(dir);
    g_autofree char *words = describe(path, path);

    g_assert_nonnull(strstr(words, " free for disk vda, disk vdb"));
    g_assert_true(strchr(words, '\n') == words + strlen(words) - 1);
}

static void
test_not_there(void)
{
    g_autofree char *words = describe("/nonexistent/a", "/nonexistent/b");

    g_assert_cmpstr(words, ==, "");
}

static void
test_low(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *path = firn_test_scratch_dir_get_path(dir);
    g_autofree char *roomy = NULL;
    g_autofree char *low = NULL;

    if (!firn_test_small_disk_mount(path, "1m"))
        return;
    roomy = describe(path, path);
    firn_test_small_disk_fill(path, 16 * 1024);
    low = describe(path, path);
    firn_test_small_disk_unmount();
    g_assert_cmpstr(roomy, ==, "ok Space space: 1.0 MiB of 1.0 MiB free for disk vda, disk vdb\n");
    g_assert_true(g_str_has_prefix(low, "warning SpaceLow space: 16.0 KiB of 1.0 MiB free for"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/spaces/one-file-system-is-one-space", test_one_file_system);
    g_test_add_func("/service/spaces/not-there", test_not_there);
    g_test_add_func("/service/spaces/low", test_low);
    return g_test_run();
}
