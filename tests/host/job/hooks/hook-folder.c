/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-folder.h"

#include <glib/gstdio.h>

void
firn_test_hook_write(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    int mode = g_str_has_prefix(text, "#!") ? 0755 : 0644;

    g_assert_no_errno(g_mkdir_with_parents(folder, 0755));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_no_errno(g_chmod(path, mode));
}
