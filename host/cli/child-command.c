/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child-command.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP};

typedef struct {
    const FirnChildCommand *command;
    GPid parent;
    gboolean has_terminal;
    GPid pid;
    int wait_status;
    gboolean has_ended;
} Running;

static gboolean
is_there(const char *name)
{
    g_auto(GStrv) folders = NULL;

    if (strchr(name, G_DIR_SEPARATOR) != NULL)
        return g_file_test(name, G_FILE_TEST_EXISTS);
    folders = g_strsplit(g_getenv("PATH") == NULL ? "" : g_getenv("PATH"), ":", -1);
    for (GStrv folder = folders; *folder != NULL; folder++) {
        g_autofree char *path = g_build_filename(*folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return TRUE;
    }
    return FALSE;
}

char *
firn_child_command_find(const char *name, int *out_status)
{
    char *path = g_find_program_in_path(name);

    if (path == NULL)
        *out_status =
            is_there(name) ? FIRN_CHILD_COMMAND_NOT_EXECUTABLE : FIRN_CHILD_COMMAND_NOT_FOUND;
    return path;
}

/* A process outside the terminal's foreground group is stopped (SIGTTOU) when it sets another
 * group. */
static void
give_terminal(pid_t group)
{
    void (*previous)(int) = signal(SIGTTOU, SIG_IGN);

    tcsetpgrp(STDIN_FILENO, group);
    signal(SIGTTOU, previous);
}

/* Runs in the child: only functions that are safe between fork() and exec(). */
static void
set_up_child(gpointer data)
{
    const Running *self = data;

    setpgid(0, 0);
    if (self->has_terminal)
        give_terminal(getpgrp());
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    /* firn may have died before prctl(): then no signal comes. */
    if (getppid() != self->parent)
        raise(SIGTERM);
}

static void
on_ended(GPid pid, int wait_status, gpointer user_data)
{
    Running *self = user_data;

    self->wait_status = wait_status;
    self->has_ended = TRUE;
}

static gboolean
pass_on(Running *self, int number)
{
    kill(-self->pid, number);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_sigint(gpointer user_data)
{
    return pass_on(user_data, SIGINT);
}

static gboolean
on_sigterm(gpointer user_data)
{
    return pass_on(user_data, SIGTERM);
}

static gboolean
on_sighup(gpointer user_data)
{
    return pass_on(user_data, SIGHUP);
}

static gboolean
on_lease(int fd, GIOCondition condition, gpointer user_data)
{
    Running *self = user_data;

    if (self->has_ended)
        return G_SOURCE_REMOVE;
    self->command->on_early_end(self->command->user_data);
    kill(-self->pid, SIGTERM);
    /* A process that was stopped from the terminal must continue to get the signal. */
    kill(-self->pid, SIGCONT);
    return G_SOURCE_REMOVE;
}

static gboolean
start(Running *self, GError **error)
{
    const FirnChildCommand *command = self->command;
    int status;
    g_autofree char *path = firn_child_command_find(command->argv[0], &status);
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    g_ptr_array_add(words, path == NULL ? command->argv[0] : path);
    for (char **word = command->argv; *word != NULL; word++)
        g_ptr_array_add(words, *word);
    g_ptr_array_add(words, NULL);
    return g_spawn_async(NULL,
                         (char **)words->pdata,
                         command->environment,
                         G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN |
                             G_SPAWN_FILE_AND_ARGV_ZERO,
                         set_up_child,
                         self,
                         &self->pid,
                         error);
}

static void
wait_for_end(Running *self)
{
    g_autoptr(GSource) lease = g_unix_fd_source_new(self->command->lease, G_IO_IN | G_IO_HUP);

    g_source_set_callback(lease, G_SOURCE_FUNC(on_lease), self, NULL);
    g_source_attach(lease, NULL);
    g_child_watch_add(self->pid, on_ended, self);
    while (!self->has_ended)
        g_main_context_iteration(NULL, TRUE);
    g_source_destroy(lease);
    if (self->has_terminal)
        give_terminal(getpgrp());
}

int
firn_child_command_run(const FirnChildCommand *self, GError **error)
{
    const GSourceFunc handlers[] = {on_sigint, on_sigterm, on_sighup};
    guint sources[G_N_ELEMENTS(passed_on)];
    Running running = {
        .command = self,
        .parent = getpid(),
        .has_terminal = isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp(),
    };
    g_autoptr(GError) failure = NULL;
    int status;

    /* Signals are caught before the command starts, and wait for the main loop. */
    for (guint i = 0; i < G_N_ELEMENTS(passed_on); i++)
        sources[i] = g_unix_signal_add(passed_on[i], handlers[i], &running);
    if (start(&running, &failure)) {
        wait_for_end(&running);
        status = WIFSIGNALED(running.wait_status) ? 128 + WTERMSIG(running.wait_status)
                                                  : WEXITSTATUS(running.wait_status);
    } else {
        status = g_error_matches(failure, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                     ? FIRN_CHILD_COMMAND_NOT_FOUND
                     : FIRN_CHILD_COMMAND_NOT_EXECUTABLE;
        g_propagate_error(error, g_steal_pointer(&failure));
    }
    for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    return status;
}
