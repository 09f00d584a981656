/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firnd.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain.h"
#include "patience.h"
#include "scratch-dir.h"
#include "systemd.h"
#include "test-bus.h"

#define LOOK_AGAIN_US 5000

struct FirnTestFirnd {
    FirnTestScratchDir *scratch; /* (owned) */
    FirnTestBus *bus;            /* (owned) */
    FirnTestSystemd *systemd;    /* (owned) (nullable) on the bus, if wanted */
    char *machines_dir;          /* (owned) */
    char *state_dir;             /* (owned) */
    char *runtime_dir;           /* (owned) */
    char *bus_option;            /* (owned) */
    GPid pid;                    /* 0: not running */
    char *crash_at;              /* (owned) (nullable) %NULL: none */
    char *log;                   /* (owned) file for standard error, if it is to stop somewhere */
};

static char *
make_folder(FirnTestFirnd *self, const char *name)
{
    char *path = g_build_filename(firn_test_scratch_dir_get_path(self->scratch), name, NULL);

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    return path;
}

/* systemd connects only to its own bus. */
static void
open_bus(FirnTestFirnd *self)
{
    const char *folder = firn_test_scratch_dir_get_path(self->scratch);

    if (!firn_test_systemd_is_wanted()) {
        self->bus = firn_test_bus_new(folder);
        return;
    }
    self->systemd = firn_test_systemd_new(folder);
    self->bus = firn_test_bus_new_of_others(firn_test_systemd_get_address(self->systemd));
    g_assert_true(
        firn_test_bus_wait_owner(self->bus, "org.freedesktop.systemd1", FIRN_TEST_PATIENCE_S));
}

FirnTestFirnd *
firn_test_firnd_new(void)
{
    FirnTestFirnd *self = g_new0(FirnTestFirnd, 1);

    self->scratch = firn_test_scratch_dir_new();
    self->machines_dir = make_folder(self, "etc/machines.d");
    self->state_dir = make_folder(self, "state");
    self->runtime_dir = make_folder(self, "run");
    self->log = g_build_filename(firn_test_scratch_dir_get_path(self->scratch), "log", NULL);
    open_bus(self);
    self->bus_option = g_strconcat("--bus=", firn_test_bus_get_address(self->bus), NULL);
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

gboolean
firn_test_firnd_is_up(FirnTestFirnd *self)
{
    return firn_test_bus_has_owner(self->bus, FIRN_BUS_NAME);
}

/* Returns: (transfer full) (nullable): the manager's reply. */
static GVariant *
ask_manager(FirnTestFirnd *self, const char *method, GVariant *arguments, GError **error)
{
    return firn_test_bus_call(self->bus,
                              FIRN_BUS_NAME,
                              FIRN_BUS_PATH "/Manager",
                              FIRN_BUS_NAME ".Manager",
                              method,
                              arguments,
                              error);
}

gboolean
firn_test_firnd_is_idle(FirnTestFirnd *self)
{
    g_autoptr(GVariant) jobs = ask_manager(self, "ListJobs", NULL, NULL);
    g_autofree char *text = jobs == NULL ? NULL : g_variant_print(jobs, FALSE);

    return text != NULL && strstr(text, "in-progress") == NULL && strstr(text, "pending") == NULL;
}

static char *
dup_property(FirnTestFirnd *self, const char *path, const char *interface, const char *name)
{
    g_autoptr(GVariant) answer = firn_test_bus_call(self->bus,
                                                    FIRN_BUS_NAME,
                                                    path,
                                                    "org.freedesktop.DBus.Properties",
                                                    "Get",
                                                    g_variant_new("(ss)", interface, name),
                                                    NULL);
    g_autoptr(GVariant) value = NULL;

    if (answer == NULL)
        return NULL;
    g_variant_get(answer, "(v)", &value);
    return g_variant_dup_string(value, NULL);
}

char *
firn_test_firnd_dup_state(FirnTestFirnd *self, const char *vm)
{
    g_autoptr(GVariant) answer = ask_manager(self, "LookupVM", g_variant_new("(s)", vm), NULL);
    const char *path;

    if (answer == NULL)
        return NULL;
    g_variant_get(answer, "(&o)", &path);
    return dup_property(self, path, FIRN_BUS_NAME ".VM", "State");
}

/* firnd reports that there is no such VM only when it knows all VMs: on a busy machine it has its
 * name before libvirt has answered. */
static gboolean
knows_all(FirnTestFirnd *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *name = NULL;

    if (!firn_test_firnd_is_up(self))
        return FALSE;
    answer = ask_manager(self, "LookupVM", g_variant_new("(s)", "no-such-vm"), &error);
    g_assert_null(answer);
    name = g_dbus_error_get_remote_error(error);
    return g_strcmp0(name, FIRN_BUS_NAME ".Error.NotFound") == 0;
}

static void
wait_for_vms(FirnTestFirnd *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (!knows_all(self)) {
        if (g_get_monotonic_time() > end_us || waitpid(self->pid, NULL, WNOHANG) != 0)
            g_error("firnd does not come up");
        g_usleep(LOOK_AGAIN_US);
    }
}

void
firn_test_firnd_set_crash_at(FirnTestFirnd *self, const char *step)
{
    g_free(self->crash_at);
    self->crash_at = g_strdup(step);
}

/* The names of the steps are read from there; reports of sanitizers are shown. */
static int
open_log(FirnTestFirnd *self)
{
    return self->crash_at == NULL
               ? dup(STDERR_FILENO)
               : open(self->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

/* A warning of GLib ends firnd, and with it the test. */
static GStrv
make_environment(FirnTestFirnd *self)
{
    GStrv environment = g_environ_setenv(g_get_environ(), "G_DEBUG", "fatal-criticals", TRUE);

    return self->crash_at == NULL
               ? g_environ_unsetenv(environment, "FIRN_CRASH_AT")
               : g_environ_setenv(environment, "FIRN_CRASH_AT", self->crash_at, TRUE);
}

void
firn_test_firnd_launch(FirnTestFirnd *self)
{
    const char *root = firn_test_scratch_dir_get_path(self->scratch);
    g_autofree char *config = g_strdup_printf("--config-dir=%s/etc", root);
    g_autofree char *state = g_strdup_printf("--state-dir=%s/state", root);
    g_autofree char *runtime = g_strdup_printf("--runtime-dir=%s/run", root);
    const char *connect = firn_test_domain_is_wanted() ? "--connect=qemu:///system" : NULL;
    const char *words[] =
        {program("FIRND"), self->bus_option, config, state, runtime, connect, NULL};
    g_auto(GStrv) environment = make_environment(self);
    g_autoptr(GError) error = NULL;
    int log = open_log(self);

    g_assert_cmpint(self->pid, ==, 0);
    g_spawn_async_with_fds(NULL,
                           (char **)words,
                           environment,
                           G_SPAWN_DO_NOT_REAP_CHILD,
                           die_with_parent,
                           NULL,
                           &self->pid,
                           -1,
                           -1,
                           log,
                           &error);
    g_assert_no_error(error);
    close(log);
}

void
firn_test_firnd_start(FirnTestFirnd *self)
{
    firn_test_firnd_launch(self);
    wait_for_vms(self);
}

char *
firn_test_firnd_dup_log(FirnTestFirnd *self)
{
    char *text = NULL;

    return g_file_get_contents(self->log, &text, NULL, NULL) ? text : g_strdup("");
}

gboolean
firn_test_firnd_has_stopped(FirnTestFirnd *self)
{
    siginfo_t info = {0};

    g_assert_no_errno(waitid(P_PID, (id_t)self->pid, &info, WSTOPPED | WNOHANG | WNOWAIT));
    return info.si_pid != 0;
}

void
firn_test_firnd_signal(FirnTestFirnd *self, int number)
{
    GPid pid = g_atomic_int_get(&self->pid);

    g_assert_cmpint(pid, >, 0);
    kill(pid, number);
}

/* Why a firnd ended that no test has killed is only in its log if that one is read for steps. */
static void
show_unwanted_end(FirnTestFirnd *self, int status)
{
    g_autofree char *log = NULL;

    if (self->crash_at == NULL || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
        (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return;
    log = firn_test_firnd_dup_log(self);
    g_printerr("%s", log);
}

int
firn_test_firnd_wait_end(FirnTestFirnd *self)
{
    int status = 0;

    g_assert_cmpint(waitpid(self->pid, &status, 0), ==, self->pid);
    g_atomic_int_set(&self->pid, 0);
    show_unwanted_end(self, status);
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

static GPtrArray *
split_words(FirnTestFirnd *self, const char *line, GStrv *out_owner)
{
    GPtrArray *words = g_ptr_array_new();

    *out_owner = g_strsplit(line, " ", 0);
    g_ptr_array_add(words, (char *)program("FIRN"));
    g_ptr_array_add(words, self->bus_option);
    for (GStrv word = *out_owner; *word != NULL; word++)
        g_ptr_array_add(words, *word);
    g_ptr_array_add(words, NULL);
    return words;
}

/* Nothing of this process's memory is copied: GLib would fork to close descriptors. */
static void
run_words(GPtrArray *words, FirnTestOutcome *out_outcome)
{
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_sync(NULL,
                 (char **)words->pdata,
                 NULL,
                 G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
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

void
firn_test_firnd_firn(FirnTestFirnd *self, FirnTestOutcome *out_outcome, ...)
{
    g_autoptr(GPtrArray) words = NULL;
    va_list args;

    va_start(args, out_outcome);
    words = collect_words(self, args);
    va_end(args);
    run_words(words, out_outcome);
}

void
firn_test_firnd_line(FirnTestFirnd *self, FirnTestOutcome *out_outcome, const char *line)
{
    g_auto(GStrv) owner = NULL;
    g_autoptr(GPtrArray) words = split_words(self, line, &owner);

    run_words(words, out_outcome);
}

/* script(1) provides a terminal. */
void
firn_test_firnd_answer(FirnTestFirnd *self,
                       FirnTestOutcome *out_outcome,
                       const char *line,
                       const char *answer)
{
    g_autofree char *command = g_strjoin(" ", program("FIRN"), self->bus_option, line, NULL);
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    g_ptr_array_add(words, (char *)"/bin/sh");
    g_ptr_array_add(words, (char *)"-c");
    g_ptr_array_add(words, (char *)"echo \"$1\" | script -qec \"$2\" /dev/null");
    g_ptr_array_add(words, (char *)"sh");
    g_ptr_array_add(words, (char *)answer);
    g_ptr_array_add(words, command);
    g_ptr_array_add(words, NULL);
    run_words(words, out_outcome);
}

static GPid
spawn_words(GPtrArray *words)
{
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

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

GPid
firn_test_firnd_spawn(FirnTestFirnd *self, ...)
{
    g_autoptr(GPtrArray) words = NULL;
    va_list args;

    va_start(args, self);
    words = collect_words(self, args);
    va_end(args);
    return spawn_words(words);
}

GPid
firn_test_firnd_spawn_line(FirnTestFirnd *self, const char *line)
{
    g_auto(GStrv) owner = NULL;
    g_autoptr(GPtrArray) words = split_words(self, line, &owner);

    return spawn_words(words);
}

void
firn_test_firnd_leave_cancel(FirnTestFirnd *self, guint id)
{
    g_autofree char *path = g_strdup_printf(FIRN_BUS_PATH "/job/%u", id);

    firn_test_bus_leave_call(self->bus, FIRN_BUS_NAME, path, FIRN_BUS_NAME ".Job", "Cancel");
}

int
firn_test_firnd_thaw_all(FirnTestFirnd *self)
{
    g_autofree char *option = g_strconcat("--runtime-dir=", self->runtime_dir, NULL);
    const char *words[] = {program("FIRN_THAW_ALL"), option, NULL};
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_sync(NULL,
                 (char **)words,
                 NULL,
                 G_SPAWN_STDOUT_TO_DEV_NULL,
                 NULL,
                 NULL,
                 NULL,
                 NULL,
                 &status,
                 &error);
    g_assert_no_error(error);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
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
    firn_test_bus_free(self->bus);
    firn_test_systemd_free(self->systemd);
    firn_test_scratch_dir_free(self->scratch);
    g_free(self->machines_dir);
    g_free(self->state_dir);
    g_free(self->runtime_dir);
    g_free(self->bus_option);
    g_free(self->log);
    g_free(self->crash_at);
    g_free(self);
}
