/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file-descriptor.h"
#include "host-error.h"
#include "printable.h"

#define SINK_BYTES     (64 * 1024)
#define COMPLAINTS_MAX 4096
#define CHARACTERS_MAX 512

struct _FirnQemuChild {
    GPid pid;
    FirnFileDescriptor complaints; /* (owned) an unnamed file of fixed size, full of zeros */
    gboolean is_reaped;
    GError *failure; /* (owned) (nullable) its exit status as an error */
};

static void
on_ended(GPid pid, int status, gpointer user_data)
{
    g_spawn_close_pid(pid);
}

/* Runs between fork and exec, so it may only call async-signal-safe functions. */
static void
leave_session(gpointer user_data)
{
    setsid();
}

/* A write beyond the end fails with an error: it neither raises a signal nor blocks QEMU. Without
 * seals the file could grow, so in that case QEMU's messages are discarded. */
static int
make_sink(void)
{
    g_auto(FirnFileDescriptor) file = memfd_create("qemu", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (file >= 0 && ftruncate(file, SINK_BYTES) == 0 &&
        fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        return firn_file_descriptor_steal(&file);
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

FirnQemuChild *
firn_qemu_child_new(const char *const *argv, const char *const *environment, GError **error)
{
    g_autoptr(FirnQemuChild) self = g_new0(FirnQemuChild, 1);
    g_autoptr(GError) cause = NULL;

    self->complaints = make_sink();
    if (g_spawn_async_with_fds("/",
                               (char **)argv,
                               (char **)environment,
                               G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                               leave_session,
                               NULL,
                               &self->pid,
                               -1,
                               -1,
                               self->complaints,
                               &cause))
        return g_steal_pointer(&self);
    firn_host_error_set(error, FIRN_HOST_ERROR_FAILED, "cannot be started: %s", cause->message);
    self->is_reaped = TRUE;
    return NULL;
}

static char *
read_complaints(FirnQemuChild *self)
{
    char text[COMPLAINTS_MAX + 1] = "";
    ssize_t length = pread(self->complaints, text, COMPLAINTS_MAX, 0);

    text[MAX(length, 0)] = '\0';
    g_strchomp(text);
    return firn_printable_clip(text, CHARACTERS_MAX);
}

static char *
describe_end(FirnQemuChild *self, int status)
{
    g_autofree char *complaints = read_complaints(self);

    if (*complaints != '\0')
        return g_steal_pointer(&complaints);
    if (WIFSIGNALED(status))
        return g_strdup_printf("by signal %d (%s)",
                               WTERMSIG(status),
                               g_strsignal(WTERMSIG(status)));
    return g_strdup_printf("with exit status %d and no message", WEXITSTATUS(status));
}

static void
reap(FirnQemuChild *self)
{
    g_autofree char *end = NULL;
    int status = 0;

    if (self->is_reaped || waitpid(self->pid, &status, WNOHANG) != self->pid)
        return;
    self->is_reaped = TRUE;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    end = describe_end(self, status);
    g_set_error(&self->failure,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_FAILED,
                "QEMU exited at start: %s",
                end);
}

gboolean
firn_qemu_child_has_failed(FirnQemuChild *self, GError **error)
{
    reap(self);
    if (self->failure != NULL && error != NULL)
        *error = g_error_copy(self->failure);
    return self->failure != NULL;
}

void
firn_qemu_child_kill(FirnQemuChild *self)
{
    if (!self->is_reaped)
        kill(self->pid, SIGKILL);
}

void
firn_qemu_child_free(FirnQemuChild *self)
{
    if (self == NULL)
        return;
    if (!self->is_reaped && self->pid > 0)
        g_child_watch_add(self->pid, on_ended, NULL);
    firn_file_descriptor_clear(&self->complaints);
    g_clear_error(&self->failure);
    g_free(self);
}
