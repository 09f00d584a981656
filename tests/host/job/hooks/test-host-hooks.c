/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-hooks.h"

#include <string.h>

#include "hook-folder.h"
#include "host-error.h"
#include "scratch-dir.h"

#define UUID "11111111-1111-4222-8333-123456789abc"

/* Each hook appends a line to "log". */
typedef struct {
    FirnTestScratchDir *dir;
    char *folder;
    char *log;
    FirnStateDir *notes;
    FirnHostHooks *hooks;
    GPtrArray *reports;
    GCancellable *cancellable;
} Fixture;

static const FirnHookSubject subject = {"create", UUID, "web1", "s1"};
static const FirnHookOutcome completed = {"completed", "some-uuid", "filesystem"};

static void
open_hooks(Fixture *self)
{
    g_clear_pointer(&self->hooks, firn_host_hooks_unref);
    self->hooks = firn_host_hooks_new(self->folder, self->notes, NULL);
}

static void
set_up(Fixture *self, gconstpointer data)
{
    const char *path;
    g_autofree char *notes = NULL;

    self->dir = firn_test_scratch_dir_new();
    path = firn_test_scratch_dir_get_path(self->dir);
    notes = g_build_filename(path, "notes", NULL);
    self->folder = g_build_filename(path, "hooks.d", NULL);
    self->log = g_build_filename(path, "log", NULL);
    self->notes = firn_state_dir_new(notes, FIRN_DURABILITY_FLUSHED);
    self->reports = firn_host_hooks_new_reports();
    self->cancellable = g_cancellable_new();
    open_hooks(self);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_host_hooks_unref(self->hooks);
    firn_state_dir_unref(self->notes);
    g_ptr_array_unref(self->reports);
    g_object_unref(self->cancellable);
    g_free(self->folder);
    g_free(self->log);
    firn_test_scratch_dir_free(self->dir);
}

/* @more: shell commands. */
static void
add_hook(Fixture *self, const char *name, const char *more, const char *settings)
{
    g_autofree char *text = g_strdup_printf(
        "#!/bin/sh\necho \"$1 ${0##*/} $FIRN_OPERATION $FIRN_VM $FIRN_SNAPSHOT $FIRN_OUTCOME "
        "$FIRN_SNAPSHOT_UUID $FIRN_VERDICT\" >>%s\n%s\n",
        self->log,
        more);
    g_autofree char *conf = g_strconcat(name, ".conf", NULL);

    firn_test_hook_write(self->folder, name, text);
    if (settings != NULL)
        firn_test_hook_write(self->folder, conf, settings);
}

static void
assert_log(Fixture *self, const char *expected)
{
    g_autofree char *text = NULL;

    g_file_get_contents(self->log, &text, NULL, NULL);
    g_assert_cmpstr(text, ==, expected);
}

static gboolean
before(Fixture *self, GError **error)
{
    return firn_host_hooks_before(self->hooks, &subject, self->cancellable, self->reports, error);
}

static void
test_none(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(before(self, &error));
    g_assert_false(firn_host_hooks_has_interrupted(self->hooks, UUID));
    firn_host_hooks_after(self->hooks, &subject, &completed, self->reports);
    g_assert_cmpuint(self->reports->len, ==, 0);
}

static void
test_around(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_hook(self, "10-a", "", NULL);
    add_hook(self, "20-b", "", NULL);
    g_assert_true(before(self, &error));
    g_assert_true(firn_host_hooks_has_interrupted(self->hooks, UUID));
    firn_host_hooks_after(self->hooks, &subject, &completed, self->reports);
    g_assert_false(firn_host_hooks_has_interrupted(self->hooks, UUID));
    assert_log(self,
               "before 10-a create web1 s1   \n"
               "before 20-b create web1 s1   \n"
               "after 20-b create web1 s1 completed some-uuid filesystem\n"
               "after 10-a create web1 s1 completed some-uuid filesystem\n");
    g_assert_cmpuint(self->reports->len, ==, 4);
    /* It is over. */
    firn_host_hooks_after(self->hooks, &subject, &completed, self->reports);
    g_assert_cmpuint(self->reports->len, ==, 4);
}

/* Also the one that has failed runs after the job, and not the one that was never started. */
static void
test_critical(Fixture *self, gconstpointer data)
{
    const FirnHookOutcome failed = {.word = "failed"};
    g_autoptr(GError) error = NULL;

    add_hook(self, "10-a", "", NULL);
    add_hook(self, "20-b", "[ $1 = after ] || { echo not now >&2; exit 3; }", "Critical=yes\n");
    add_hook(self, "30-c", "", NULL);
    g_assert_false(before(self, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_cmpstr(error->message, ==, "host hook 20-b refused it: exit status 3: not now");
    firn_host_hooks_after(self->hooks, &subject, &failed, self->reports);
    assert_log(self,
               "before 10-a create web1 s1   \nbefore 20-b create web1 s1   \n"
               "after 20-b create web1 s1 failed  \nafter 10-a create web1 s1 failed  \n");
}

static void
test_not_critical(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    const FirnHookReport *report;

    add_hook(self, "10-a", "exit 3", NULL);
    add_hook(self, "20-b", "", NULL);
    g_assert_true(before(self, &error));
    g_assert_cmpuint(self->reports->len, ==, 2);
    report = self->reports->pdata[0];
    g_assert_cmpstr(report->hook, ==, "10-a");
    g_assert_cmpstr(report->phase, ==, "before");
    g_assert_cmpstr(report->failure, ==, "exit status 3");
    g_assert_null(((const FirnHookReport *)self->reports->pdata[1])->failure);
}

static void
test_refused(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_hook(self, "10-a", "", "Critical=what\n");
    g_assert_false(before(self, &error));
    g_assert_nonnull(strstr(error->message, "host hook 10-a refused it: "));
    g_assert_nonnull(strstr(error->message, "Critical= is yes or no"));
    assert_log(self, NULL);
}

static void
test_cancelled(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_hook(self, "10-a", "", NULL);
    g_cancellable_cancel(self->cancellable);
    g_assert_false(before(self, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_log(self, NULL);
}

/* As if firnd had been killed. Only those run that had been started and are still there. */
static void
test_interrupted(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_hook(self, "10-a", "", NULL);
    add_hook(self, "20-b", "", NULL);
    g_assert_true(before(self, &error));
    open_hooks(self);
    add_hook(self, "15-new", "", NULL);
    add_hook(self, "20-b", "", "Enabled=no\n");
    g_assert_true(firn_host_hooks_has_interrupted(self->hooks, UUID));
    firn_host_hooks_end_interrupted(self->hooks, UUID, "renamed", self->reports);
    g_assert_false(firn_host_hooks_has_interrupted(self->hooks, UUID));
    assert_log(self,
               "before 10-a create web1 s1   \nbefore 20-b create web1 s1   \n"
               "after 10-a create renamed s1 interrupted  \n");
}

static void
test_damaged_note(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_state_dir_replace(self->notes, UUID ".hooks", "rubbish", 7, &error));
    add_hook(self, "10-a", "", NULL);
    firn_host_hooks_end_interrupted(self->hooks, UUID, "web1", self->reports);
    g_assert_false(firn_host_hooks_has_interrupted(self->hooks, UUID));
    assert_log(self, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add("/job/host-hooks/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("none", test_none);
    ADD("around", test_around);
    ADD("critical", test_critical);
    ADD("not-critical", test_not_critical);
    ADD("refused", test_refused);
    ADD("cancelled", test_cancelled);
    ADD("interrupted", test_interrupted);
    ADD("damaged-note", test_damaged_note);
    return g_test_run();
}
