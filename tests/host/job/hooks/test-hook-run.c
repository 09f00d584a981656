/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "hook-folder.h"
#include "host-error.h"
#include "scratch-dir.h"
#include "wire.h"

#define PATIENCE_MS 20000

typedef struct {
    FirnTestScratchDir *dir;
    const char *folder;
    GPtrArray *environment; /* (owned) */
    GCancellable *cancellable;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->dir = firn_test_scratch_dir_new();
    self->folder = firn_test_scratch_dir_get_path(self->dir);
    self->environment = g_ptr_array_new();
    self->cancellable = g_cancellable_new();
    g_ptr_array_add(self->environment, (char *)"FIRN_VM=two words");
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    g_ptr_array_unref(self->environment);
    g_object_unref(self->cancellable);
    firn_test_scratch_dir_free(self->dir);
}

/* @script: may say FOLDER. */
static gboolean
run(Fixture *self, const char *script, guint timeout_s, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(script, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(self->folder, parts);
    g_autofree char *text = g_strconcat("#!/bin/sh\n", placed, "\n", NULL);
    g_autofree char *path = g_build_filename(self->folder, "50-a", NULL);
    const FirnHostHook hook = {(char *)"50-a", path, NULL, FALSE, timeout_s, timeout_s};
    const FirnHookCall call = {"before", self->environment, NULL, timeout_s};
    guint took_ms = G_MAXUINT;
    gboolean ok;

    firn_test_hook_write(self->folder, "50-a", text);
    ok = firn_hook_run(&hook, &call, self->cancellable, &took_ms, error);
    g_assert_cmpuint(took_ms, !=, G_MAXUINT);
    return ok;
}

static char *
read_file(Fixture *self, const char *name)
{
    g_autofree char *path = g_build_filename(self->folder, name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static void
test_well(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *said = NULL;

    g_assert_true(run(self, "echo \"$1 $# $FIRN_VM\" > FOLDER/said; cat", 60, &error));
    g_assert_no_error(error);
    said = read_file(self, "said");
    g_assert_cmpstr(said, ==, "before 1 two words\n");
}

static void
test_failure(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(self, "echo one >&2; echo no room >&2; exit 3", 60, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_cmpstr(error->message, ==, "exit status 3: no room");
}

/* @name: of a file with the number of a process. */
static void
wait_end(Fixture *self, const char *name)
{
    gint64 deadline_us = firn_test_wire_deadline(PATIENCE_MS);
    g_autofree char *pid = read_file(self, name);

    while (kill(atoi(pid), 0) == 0)
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
}

/* Both ignore SIGTERM. */
static void
test_too_long(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(self,
                       "trap '' TERM; sh -c \"trap '' TERM; while :; do sleep 1; done\" & "
                       "echo $! > FOLDER/child; while :; do sleep 1; done",
                       1,
                       &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_TIMED_OUT);
    g_assert_cmpstr(error->message, ==, "it did not end within 1 s");
    wait_end(self, "child");
}

/* A child that keeps the output open is not waited for. */
static void
test_leaves_child(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *child = NULL;

    g_assert_true(run(self, "sleep 600 & echo $! > FOLDER/child", 60, &error));
    child = read_file(self, "child");
    kill(atoi(child), SIGKILL);
}

static void
test_flood(Fixture *self, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(run(self, "yes", 60, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "printed too much"));
}

static gpointer
cancel_once_begun(gpointer data)
{
    Fixture *self = data;
    g_autofree char *path = g_build_filename(self->folder, "begun", NULL);

    while (!g_file_test(path, G_FILE_TEST_EXISTS))
        g_usleep(1000);
    g_cancellable_cancel(self->cancellable);
    return NULL;
}

static void
test_cancelled(Fixture *self, gconstpointer data)
{
    g_autoptr(GThread) thread = g_thread_new("cancel", cancel_once_begun, self);
    g_autoptr(GError) error = NULL;

    g_assert_false(run(self,
                       "echo $$ > FOLDER/new; mv FOLDER/new FOLDER/begun; sleep 600 & wait",
                       600,
                       &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    wait_end(self, "begun");
    g_thread_join(g_steal_pointer(&thread));
}

static void
test_missing(Fixture *self, gconstpointer data)
{
    const FirnHostHook hook = {(char *)"50-a", (char *)"/nonexistent/50-a", NULL, FALSE, 60, 60};
    const FirnHookCall call = {"after", self->environment, NULL, 60};
    g_autoptr(GError) error = NULL;
    guint took_ms;

    g_assert_false(firn_hook_run(&hook, &call, NULL, &took_ms, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
}

#define ADD(name, function)                                                                        \
    g_test_add("/job/hook-run/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("well", test_well);
    ADD("failure", test_failure);
    ADD("too-long", test_too_long);
    ADD("leaves-child", test_leaves_child);
    ADD("flood", test_flood);
    ADD("cancelled", test_cancelled);
    ADD("missing", test_missing);
    return g_test_run();
}
