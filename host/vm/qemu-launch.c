/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-launch.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file-descriptor.h"
#include "foreign-text.h"
#include "host-error.h"

#define COMPLAINTS_MAX 4096
#define CHARACTERS_MAX 512

struct _FirnQemuLaunch {
    GPid pid;
    FirnFileDescriptor complaints; /* (owned) an unnamed file */
    gboolean is_reaped;
    GError *failure; /* (owned) (nullable) what it has ended with */
};

static void
on_ended(GPid pid, int status, gpointer user_data)
{
    g_spawn_close_pid(pid);
}

/* Between fork and exec: calls that are safe there only. */
static void
leave_session(gpointer user_data)
{
    setsid();
}

static GStrv
split(const char *command_line, const char *const *more, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

    if (!g_shell_parse_argv(command_line, NULL, &words, error))
        return NULL;
    g_strv_builder_addv(argv, (const char **)words);
    g_strv_builder_addv(argv, (const char **)more);
    return g_strv_builder_end(argv);
}

FirnQemuLaunch *
firn_qemu_launch_new(const char *command_line, const char *const *more, GError **error)
{
    g_autoptr(FirnQemuLaunch) self = g_new0(FirnQemuLaunch, 1);
    g_autoptr(GError) cause = NULL;
    g_auto(GStrv) argv = split(command_line, more, &cause);

    self->complaints = memfd_create("qemu", MFD_CLOEXEC);
    if (argv != NULL &&
        g_spawn_async_with_fds("/",
                               argv,
                               NULL,
                               G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                               leave_session,
                               NULL,
                               &self->pid,
                               -1,
                               -1,
                               self->complaints,
                               &cause))
        return g_steal_pointer(&self);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_FAILED,
                "cannot be started: %s",
                cause->message);
    self->is_reaped = TRUE;
    return NULL;
}

static char *
read_complaints(FirnQemuLaunch *self)
{
    char text[COMPLAINTS_MAX + 1] = "";
    ssize_t length = pread(self->complaints, text, COMPLAINTS_MAX, 0);

    text[MAX(length, 0)] = '\0';
    g_strchomp(text);
    return firn_foreign_text_printable(text, CHARACTERS_MAX);
}

static void
reap(FirnQemuLaunch *self)
{
    g_autofree char *complaints = NULL;
    int status = 0;

    if (self->is_reaped || waitpid(self->pid, &status, WNOHANG) != self->pid)
        return;
    self->is_reaped = TRUE;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    complaints = read_complaints(self);
    g_set_error(&self->failure,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_FAILED,
                "QEMU has ended at once: %s",
                *complaints == '\0' ? "it does not say why" : complaints);
}

gboolean
firn_qemu_launch_has_failed(FirnQemuLaunch *self, GError **error)
{
    reap(self);
    if (self->failure != NULL && error != NULL)
        *error = g_error_copy(self->failure);
    return self->failure != NULL;
}

void
firn_qemu_launch_kill(FirnQemuLaunch *self)
{
    if (!self->is_reaped)
        kill(self->pid, SIGKILL);
}

void
firn_qemu_launch_free(FirnQemuLaunch *self)
{
    if (self == NULL)
        return;
    if (!self->is_reaped && self->pid > 0)
        g_child_watch_add(self->pid, on_ended, NULL);
    firn_file_descriptor_clear(&self->complaints);
    g_clear_error(&self->failure);
    g_free(self);
}
