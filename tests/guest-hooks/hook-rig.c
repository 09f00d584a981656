/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-rig.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
firn_test_hook_rig_set_up(FirnTestHookRig *self, gconstpointer data)
{
    static const char *const folders[] = {"/run/firn",
                                          "/run/firn-hooks/state",
                                          "/etc/firn/hooks.d",
                                          "/usr/lib/firn/hooks.d"};

    self->dir = firn_test_scratch_dir_new();
    self->paths.root = firn_test_scratch_dir_get_path(self->dir);
    self->paths.owner = getuid();
    g_assert_true(firn_waiter_init(&self->waiter));
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = firn_test_hook_rig_path(self, folders[i]);

        g_assert_no_errno(g_mkdir_with_parents(path, 0755));
    }
}

void
firn_test_hook_rig_tear_down(FirnTestHookRig *self, gconstpointer data)
{
    firn_waiter_clear(&self->waiter);
    firn_test_scratch_dir_free(self->dir);
}

char *
firn_test_hook_rig_path(FirnTestHookRig *self, const char *path)
{
    return g_strconcat(self->paths.root, path, NULL);
}

void
firn_test_hook_rig_write(FirnTestHookRig *self, const char *path, guint mode, const char *text)
{
    g_autofree char *whole = firn_test_hook_rig_path(self, path);
    g_autofree char *folder = g_path_get_dirname(whole);
    g_autoptr(GError) error = NULL;

    g_assert_no_errno(g_mkdir_with_parents(folder, 0755));
    g_file_set_contents(whole, text, -1, &error);
    g_assert_no_error(error);
    g_assert_no_errno(g_chmod(whole, (int)mode));
}

void
firn_test_hook_rig_write_hook(FirnTestHookRig *self,
                              const char *name,
                              const char *script,
                              const char *conf)
{
    g_autofree char *path = g_strconcat("/etc/firn/hooks.d/", name, NULL);
    g_autofree char *conf_path = g_strconcat(path, ".conf", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\ncd %s\n%s\n", self->paths.root, script);

    firn_test_hook_rig_write(self, path, 0755, text);
    if (conf != NULL)
        firn_test_hook_rig_write(self, conf_path, 0644, conf);
}

char *
firn_test_hook_rig_read(FirnTestHookRig *self, const char *path)
{
    g_autofree char *whole = firn_test_hook_rig_path(self, path);
    char *text = NULL;

    return g_file_get_contents(whole, &text, NULL, NULL) ? text : g_strdup("");
}

void
firn_test_assert_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("\"%s\" is not in: %s", part, text);
}
