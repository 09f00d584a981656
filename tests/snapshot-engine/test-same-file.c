/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "same-file.h"

#include <unistd.h>

#include "scratch-dir.h"

static void
test_same(void)
{
    g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
    const char *folder = firn_test_scratch_dir_get_path(dir);
    g_autofree char *file = g_build_filename(folder, "a", NULL);
    g_autofree char *other = g_build_filename(folder, "b", NULL);
    g_autofree char *alias = g_build_filename(folder, "link", NULL);

    g_assert_true(g_file_set_contents(file, "", 0, NULL));
    g_assert_true(g_file_set_contents(other, "", 0, NULL));
    g_assert_no_errno(symlink(file, alias));
    g_assert_true(firn_same_file(file, alias));
    g_assert_false(firn_same_file(file, other));
    g_assert_true(firn_same_file("/gone", "/gone"));
    g_assert_false(firn_same_file("/gone", file));
    g_assert_false(firn_same_file(NULL, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/same-file/by-whatever-path", test_same);
    return g_test_run();
}
