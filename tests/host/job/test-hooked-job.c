/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The hooks of a real firnd. */
#include <string.h>

#include "firnd-rig.h"
#include "hook-folder.h"

#define LOG "etc/log"

typedef struct {
    FirnTestFirnd *firnd;
    FirnTestFakeMonitor *monitor;
    FirnTestFakeAgent *agent;
    FirnTestRun run; /* the last one */
} Fixture;

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

static char *
path_of(Fixture *self, const char *name)
{
    return g_strdup(firn_test_firnd_get_path(self->firnd, name));
}

/* @more: shell commands; may say FOLDER, where firn.conf is. */
static void
add_hook(Fixture *self, const char *name, const char *more, const char *settings)
{
    g_autofree char *etc = path_of(self, "etc");
    g_autofree char *folder = path_of(self, "etc/hooks.d");
    g_autofree char *conf = g_strconcat(name, ".conf", NULL);
    g_autofree char *script = g_strconcat(
        "#!/bin/sh\necho \"$1 ${0##*/} $FIRN_OPERATION $FIRN_VM $FIRN_SNAPSHOT $FIRN_OUTCOME "
        "$FIRN_VERDICT\" >>FOLDER/log\n",
        more,
        "\n",
        NULL);
    g_auto(GStrv) parts = g_strsplit(script, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(etc, parts);

    firn_test_hook_write(folder, name, placed);
    if (settings != NULL)
        firn_test_hook_write(folder, conf, settings);
}

static char *
read_log(Fixture *self)
{
    g_autofree char *path = path_of(self, LOG);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text == NULL ? g_strdup("") : text;
}

static void
assert_log(Fixture *self, const char *expected)
{
    g_autofree char *text = read_log(self);

    g_assert_cmpstr(text, ==, expected);
}

static void
set_up(Fixture *self, gconstpointer data)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_running_vm(self->firnd, "web1", &self->monitor, &self->agent);
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
    firn_test_fake_monitor_free(self->monitor);
    firn_test_fake_agent_free(self->agent);
}

static void
test_create(Fixture *self, gconstpointer data)
{
    add_hook(self, "10-a", "", NULL);
    add_hook(self, "20-b", "[ $1 = before ] || { echo no mail >&2; exit 4; }", NULL);
    FIRN(self, "create", "web1", "s1", "--dry-run");
    assert_log(self, "");
    FIRN(self, "create", "web1", "s1");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(
        strstr(self->run.err, "host hook 20-b failed after the job: exit status 4: no mail"));
    assert_log(self,
               "before 10-a create web1 s1  \nbefore 20-b create web1 s1  \n"
               "after 20-b create web1 s1 completed filesystem\n"
               "after 10-a create web1 s1 completed filesystem\n");
    FIRN(self, "show", "web1", "s1");
    g_assert_nonnull(strstr(self->run.out, "10-a before: "));
    g_assert_nonnull(strstr(self->run.out, "20-b after: failed after "));
    g_assert_nonnull(strstr(self->run.out, ": exit status 4: no mail"));
    FIRN(self, "delete", "web1", "s1", "--yes");
    assert_log(self,
               "before 10-a create web1 s1  \nbefore 20-b create web1 s1  \n"
               "after 20-b create web1 s1 completed filesystem\n"
               "after 10-a create web1 s1 completed filesystem\n");
}

static void
test_refused(Fixture *self, gconstpointer data)
{
    add_hook(self, "10-a", "[ $1 = after ] || { echo backup runs >&2; exit 1; }", "Critical=yes\n");
    FIRN(self, "create", "web1", "s1");
    g_assert_cmpint(self->run.status, !=, 0);
    g_assert_nonnull(
        strstr(self->run.err, "host hook 10-a refused it: exit status 1: backup runs"));
    assert_log(self, "before 10-a create web1 s1  \nafter 10-a create web1 s1 failed \n");
    FIRN(self, "list", "web1");
    g_assert_null(strstr(self->run.out, "s1"));
}

/* It fails by itself, later. */
static void
test_failed(Fixture *self, gconstpointer data)
{
    add_hook(self, "10-a", "", NULL);
    firn_test_peer_fail(firn_test_fake_agent_get_peer(self->agent),
                        "guest-fsfreeze-freeze",
                        1,
                        "busy");
    FIRN(self, "create", "web1", "s1");
    g_assert_cmpint(self->run.status, ==, 6);
    assert_log(self, "before 10-a create web1 s1  \nafter 10-a create web1 s1 failed \n");
}

static gboolean
has_begun(gpointer data)
{
    g_autofree char *text = read_log(data);

    return strstr(text, "before") != NULL;
}

static gboolean
has_ended(gpointer data)
{
    g_autofree char *text = read_log(data);

    return strstr(text, "after 10-a create web1 s1 interrupted \n") != NULL;
}

static void
test_killed(Fixture *self, gconstpointer data)
{
    g_autoptr(GSubprocess) creating = NULL;

    add_hook(self, "10-a", "[ $1 = after ] || while [ -e FOLDER/log ]; do sleep 0.1; done", NULL);
    creating = firn_test_firnd_run_async(self->firnd, "create", "web1", "s1", NULL);
    g_assert_true(firn_test_firnd_wait(has_begun, self));
    firn_test_firnd_kill(self->firnd);
    g_assert_true(g_subprocess_wait(creating, NULL, NULL));
    firn_test_firnd_start(self->firnd);
    g_assert_true(firn_test_firnd_wait(has_ended, self));
}

static void
test_cancelled(Fixture *self, gconstpointer data)
{
    g_autoptr(GSubprocess) creating = NULL;

    add_hook(self, "10-a", "[ $1 = after ] || while [ -e FOLDER/log ]; do sleep 0.1; done", NULL);
    creating = firn_test_firnd_run_async(self->firnd, "create", "web1", "s1", NULL);
    g_assert_true(firn_test_firnd_wait(has_begun, self));
    FIRN(self, "job", "1", "--cancel");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_true(g_subprocess_wait(creating, NULL, NULL));
    g_assert_cmpint(g_subprocess_get_exit_status(creating), !=, 0);
    assert_log(self, "before 10-a create web1 s1  \nafter 10-a create web1 s1 cancelled \n");
}

#define ADD(name, function)                                                                        \
    g_test_add("/job/hooked-job/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("create", test_create);
    ADD("refused", test_refused);
    ADD("failed", test_failed);
    ADD("killed", test_killed);
    ADD("cancelled", test_cancelled);
    return g_test_run();
}
