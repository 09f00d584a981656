/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pipe-writer.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
find_in_process(FirnPipeWriter *self, const char *process, const struct stat *pipe)
{
    g_autofree char *folder = g_build_filename("/proc", process, "fd", NULL);
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    const char *name;

    while (files != NULL && (name = g_dir_read_name(files)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        struct stat facts;

        if (stat(path, &facts) == 0 && facts.st_dev == pipe->st_dev &&
            facts.st_ino == pipe->st_ino) {
            self->file = (int)g_ascii_strtoll(name, NULL, 10);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
firn_pipe_writer_find(FirnPipeWriter *self, int file)
{
    g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
    struct stat pipe;
    const char *name;

    if (processes == NULL || fstat(file, &pipe) < 0)
        return FALSE;
    while ((name = g_dir_read_name(processes)) != NULL) {
        self->pid = (pid_t)g_ascii_strtoll(name, NULL, 10);
        if (self->pid > 0 && self->pid != getpid() && find_in_process(self, name, &pipe))
            return TRUE;
    }
    return FALSE;
}

/* A line of /proc/PID/task/TID/syscall: "NUMBER ARGUMENT ...", or "running". */
static gboolean
is_writing(const char *line, int file)
{
    char *rest;
    gint64 number = g_ascii_strtoll(line, &rest, 10);

    return rest != line && (number == SYS_write || number == SYS_writev) &&
           g_ascii_strtoll(rest, NULL, 16) == file;
}

gboolean
firn_pipe_writer_is_waiting(const FirnPipeWriter *self)
{
    g_autofree char *folder = g_strdup_printf("/proc/%d/task", (int)self->pid);
    g_autoptr(GDir) threads = g_dir_open(folder, 0, NULL);
    const char *name;

    while (threads != NULL && (name = g_dir_read_name(threads)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, "syscall", NULL);
        g_autofree char *line = NULL;

        if (g_file_get_contents(path, &line, NULL, NULL) && is_writing(line, self->file))
            return TRUE;
    }
    return FALSE;
}
