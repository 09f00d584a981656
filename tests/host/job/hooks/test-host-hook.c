/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-hook.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hook-folder.h"
#include "scratch-dir.h"

#define PROGRAM "#!/bin/sh\n"

typedef struct {
    FirnTestScratchDir *dir;
    const char *folder;
    GPtrArray *hooks; /* (owned) (nullable) the last list */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->dir = firn_test_scratch_dir_new();
    self->folder = firn_test_scratch_dir_get_path(self->dir);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    g_clear_pointer(&self->hooks, g_ptr_array_unref);
    firn_test_scratch_dir_free(self->dir);
}

/* Returns the hook if it is the only one. */
static const FirnHostHook *
get_only(Fixture *self)
{
    g_clear_pointer(&self->hooks, g_ptr_array_unref);
    self->hooks = firn_host_hook_list(self->folder);
    g_assert_cmpuint(self->hooks->len, ==, 1);
    return self->hooks->pdata[0];
}

static void
test_order(Fixture *self, gconstpointer data)
{
    static const char *const others[] =
        {"50-B.conf", "50-b.sample", "50-b~", "50-b.dpkg-old", "5-b", "readme", "50-b c"};
    g_autofree char *link = g_build_filename(self->folder, "60-link", NULL);
    g_autoptr(GPtrArray) hooks = NULL;

    firn_test_hook_write(self->folder, "50-b", PROGRAM);
    firn_test_hook_write(self->folder, "50-B", PROGRAM);
    firn_test_hook_write(self->folder, "09-z", PROGRAM);
    firn_test_hook_write(self->folder, "10-not-executable", "echo\n");
    for (guint i = 1; i < G_N_ELEMENTS(others); i++)
        firn_test_hook_write(self->folder, others[i], PROGRAM);
    g_assert_no_errno(symlink("/dev/null", link));
    hooks = firn_host_hook_list(self->folder);
    g_assert_cmpuint(hooks->len, ==, 3);
    g_assert_cmpstr(((FirnHostHook *)hooks->pdata[0])->name, ==, "09-z");
    g_assert_cmpstr(((FirnHostHook *)hooks->pdata[1])->name, ==, "50-B");
    g_assert_cmpstr(((FirnHostHook *)hooks->pdata[2])->name, ==, "50-b");
}

static void
test_no_folder(Fixture *self, gconstpointer data)
{
    g_autoptr(GPtrArray) hooks = firn_host_hook_list("/nonexistent/hooks.d");

    g_assert_cmpuint(hooks->len, ==, 0);
}

static void
test_settings(Fixture *self, gconstpointer data)
{
    const FirnHostHook *hook;

    firn_test_hook_write(self->folder, "50-a", PROGRAM);
    hook = get_only(self);
    g_assert_false(hook->is_critical);
    g_assert_cmpuint(hook->before_s, ==, 60);
    g_assert_cmpuint(hook->after_s, ==, 30);
    firn_test_hook_write(self->folder,
                         "50-a.conf",
                         "# settings\nCritical=yes\nBeforeTimeoutSec=7\nAfterTimeoutSec=600\n");
    hook = get_only(self);
    g_assert_null(hook->refusal);
    g_assert_true(hook->is_critical);
    g_assert_cmpuint(hook->before_s, ==, 7);
    g_assert_cmpuint(hook->after_s, ==, 600);
    firn_test_hook_write(self->folder, "50-a.conf", "Enabled=no\n");
    g_clear_pointer(&self->hooks, g_ptr_array_unref);
    self->hooks = firn_host_hook_list(self->folder);
    g_assert_cmpuint(self->hooks->len, ==, 0);
}

/* What the administrator wants is unknown, so the job must not run without the hook. */
static void
test_bad_settings(Fixture *self, gconstpointer data)
{
    static const struct {
        const char *text;
        const char *part;
    } cases[] = {
        {"Critical=maybe\n",      "Critical= is yes or no, not \"maybe\""   },
        {"BeforeTimeoutSec=0\n",  "BeforeTimeoutSec= is a number of seconds"},
        {"AfterTimeoutSec=601\n", "AfterTimeoutSec= is a number of seconds" },
        {"BeforeTimeoutSec=1m\n", "BeforeTimeoutSec= is a number of seconds"},
        {"Critcal=yes\n",         "there is no setting Critcal="            },
        {"Critical\n",            "50-a.conf: "                             },
    };

    firn_test_hook_write(self->folder, "50-a", PROGRAM);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const FirnHostHook *hook;

        firn_test_hook_write(self->folder, "50-a.conf", cases[i].text);
        hook = get_only(self);
        g_assert_true(hook->is_critical);
        g_assert_nonnull(hook->refusal);
        if (strstr(hook->refusal, cases[i].part) == NULL)
            g_error("\"%s\" is not in: %s", cases[i].part, hook->refusal);
    }
}

static void
test_not_trusted(Fixture *self, gconstpointer data)
{
    g_autofree char *path = g_build_filename(self->folder, "50-a", NULL);
    const FirnHostHook *hook;

    firn_test_hook_write(self->folder, "50-a", PROGRAM);
    firn_test_hook_write(self->folder, "50-a.conf", "Critical=no\n");
    g_assert_no_errno(g_chmod(path, 0757));
    hook = get_only(self);
    g_assert_nonnull(strstr(hook->refusal, "writable by all users"));
    g_assert_false(hook->is_critical);
    g_assert_no_errno(g_chmod(path, 0755));
    g_assert_no_errno(g_chmod(self->folder, 0777));
    hook = get_only(self);
    g_assert_nonnull(strstr(hook->refusal, "its folder"));
    g_assert_no_errno(g_chmod(self->folder, 0755));
    g_assert_null(get_only(self)->refusal);
}

#define ADD(name, function)                                                                        \
    g_test_add("/job/host-hook/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("order", test_order);
    ADD("no-folder", test_no_folder);
    ADD("settings", test_settings);
    ADD("bad-settings", test_bad_settings);
    ADD("not-trusted", test_not_trusted);
    return g_test_run();
}
