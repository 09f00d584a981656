/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firnd.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "scratch-dir.h"

#define START_S 30

struct FirnTestFirnd {
    FirnTestScratchDir *scratch; /* (owned) */
    GTestDBus *bus;              /* (owned) */
    char *machines_dir;          /* (owned) */
    char *state_dir;             /* (owned) */
    char *runtime_dir;           /* (owned) */
    char *bus_option;            /* (owned) */
    GPid pid;                    /* 0: does not run */
};

static char *
make_folder(FirnTestFirnd *self, const char *name)
{
    char *path = g_build_filename(firn_test_scratch_dir_get_path(self->scratch), name, NULL);

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    return path;
}

FirnTestFirnd *
firn_test_firnd_new(void)
{
    FirnTestFirnd *self = g_new0(FirnTestFirnd, 1);

    self->scratch = firn_test_scratch_dir_new();
    self->machines_dir = make_folder(self, "etc/machines.d");
    self->state_dir = make_folder(self, "state");
    self->runtime_dir = make_folder(self, "run");
    self->bus = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(self->bus);
    self->bus_option = g_strconcat("--bus=", g_test_dbus_get_bus_address(self->bus), NULL);
    return self;
}

const char *
firn_test_firnd_get_machines_dir(FirnTestFirnd *self)
{
    return self->machines_dir;
}

const char *
firn_test_firnd_get_state_dir(FirnTestFirnd *self)
{
    return self->state_dir;
}

const char *
firn_test_firnd_get_runtime_dir(FirnTestFirnd *self)
{
    return self->runtime_dir;
}

GPid
firn_test_firnd_get_pid(FirnTestFirnd *self)
{
    return self->pid;
}

static const char *
program(const char *variable)
{
    const char *path = g_getenv(variable);

    if (path == NULL)
        g_error("%s has to name the program; run the tests through meson test", variable);
    return path;
}

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void
wait_for_name(FirnTestFirnd *self)
{
    gint64 end_us = g_get_monotonic_time() + START_S * G_USEC_PER_SEC;
    FirnTestOutcome outcome = {0};

    for (;;) {
        firn_test_firnd_firn(self, &outcome, "status", NULL);
        if (outcome.status == 0)
            break;
        if (g_get_monotonic_time() > end_us || waitpid(self->pid, NULL, WNOHANG) != 0)
            g_error("firnd does not come up: %s", outcome.err);
        firn_test_outcome_clear(&outcome);
        g_usleep(20000);
    }
    firn_test_outcome_clear(&outcome);
}

void
firn_test_firnd_start(FirnTestFirnd *self)
{
    const char *root = firn_test_scratch_dir_get_path(self->scratch);
    g_autofree char *config = g_strdup_printf("--config-dir=%s/etc", root);
    g_autofree char *state = g_strdup_printf("--state-dir=%s/state", root);
    g_autofree char *runtime = g_strdup_printf("--runtime-dir=%s/run", root);
    const char *words[] = {program("FIRND"), self->bus_option, config, state, runtime, NULL};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(self->pid, ==, 0);
    g_spawn_async(NULL,
                  (char **)words,
                  NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD,
                  die_with_parent,
                  NULL,
                  &self->pid,
                  &error);
    g_assert_no_error(error);
    wait_for_name(self);
}

void
firn_test_firnd_signal(FirnTestFirnd *self, int number)
{
    g_assert_cmpint(self->pid, >, 0);
    kill(self->pid, number);
}

int
firn_test_firnd_wait_end(FirnTestFirnd *self)
{
    int status = 0;

    g_assert_cmpint(waitpid(self->pid, &status, 0), ==, self->pid);
    self->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static GPtrArray *
collect_words(FirnTestFirnd *self, va_list args)
{
    GPtrArray *words = g_ptr_array_new();
    char *word;

    g_ptr_array_add(words, (char *)program("FIRN"));
    g_ptr_array_add(words, self->bus_option);
    while ((word = va_arg(args, char *)) != NULL)
        g_ptr_array_add(words, word);
    g_ptr_array_add(words, NULL);
    return words;
}

void
firn_test_firnd_firn(FirnTestFirnd *self, FirnTestOutcome *out_outcome, ...)
{
    g_autoptr(GPtrArray) words = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;
    va_list args;

    va_start(args, out_outcome);
    words = collect_words(self, args);
    va_end(args);
    g_spawn_sync(NULL,
                 (char **)words->pdata,
                 NULL,
                 G_SPAWN_DEFAULT,
                 NULL,
                 NULL,
                 &out_outcome->out,
                 &out_outcome->err,
                 &status,
                 &error);
    g_assert_no_error(error);
    out_outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    g_test_message("firn %s -> %d %s",
                   (char *)words->pdata[2],
                   out_outcome->status,
                   out_outcome->err);
}

GPid
firn_test_firnd_spawn(FirnTestFirnd *self, ...)
{
    g_autoptr(GPtrArray) words = NULL;
    g_autoptr(GError) error = NULL;
    GPid pid = 0;
    va_list args;

    va_start(args, self);
    words = collect_words(self, args);
    va_end(args);
    g_spawn_async(NULL,
                  (char **)words->pdata,
                  NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                      G_SPAWN_STDERR_TO_DEV_NULL,
                  die_with_parent,
                  NULL,
                  &pid,
                  &error);
    g_assert_no_error(error);
    return pid;
}

JsonNode *
firn_test_firnd_show(FirnTestFirnd *self, const char *vm, const char *snapshot)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_autoptr(GError) error = NULL;
    JsonNode *node;

    firn_test_firnd_firn(self, &outcome, "show", "--json", vm, snapshot, NULL);
    g_assert_cmpint(outcome.status, ==, 0);
    node = json_from_string(outcome.out, &error);
    g_assert_no_error(error);
    g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
    return node;
}

void
firn_test_outcome_clear(FirnTestOutcome *self)
{
    g_clear_pointer(&self->out, g_free);
    g_clear_pointer(&self->err, g_free);
}

void
firn_test_firnd_free(FirnTestFirnd *self)
{
    if (self->pid != 0) {
        firn_test_firnd_signal(self, SIGTERM);
        g_assert_cmpint(firn_test_firnd_wait_end(self), ==, 0);
    }
    g_test_dbus_down(self->bus);
    g_object_unref(self->bus);
    firn_test_scratch_dir_free(self->scratch);
    g_free(self->machines_dir);
    g_free(self->state_dir);
    g_free(self->runtime_dir);
    g_free(self->bus_option);
    g_free(self);
}
