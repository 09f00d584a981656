/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trusted-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file-descriptor.h"
#include "host-error.h"

#define BYTES_MAX (1024 * 1024)

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
refuse(GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return firn_host_error_set(error, FIRN_HOST_ERROR_INVALID_ARGUMENT, "%s", text);
}

static gboolean
check_facts(const struct stat *facts, const char *what, GError **error)
{
    if (facts->st_uid != 0 && facts->st_uid != geteuid())
        return refuse(error,
                      "%s belongs to user %u, who could have firnd start anything as another user: "
                      "chown it to root",
                      what,
                      facts->st_uid);
    if (S_ISDIR(facts->st_mode) && (facts->st_mode & S_ISVTX) != 0)
        return TRUE;
    if ((facts->st_mode & S_IWOTH) != 0)
        return refuse(error,
                      "%s is writable by all users, who could have firnd start anything as another "
                      "user: chmod o-w",
                      what);
    if ((facts->st_mode & S_IWGRP) != 0 && facts->st_gid != 0 && facts->st_gid != getegid())
        return refuse(
            error,
            "%s is writable by group %u, whose members could have firnd start anything as "
            "another user: chmod g-w",
            what,
            facts->st_gid);
    return TRUE;
}

static gboolean
check_folder(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *what = g_strdup_printf("its folder %s", folder);
    struct stat facts;

    if (stat(folder, &facts) < 0)
        return refuse(error, "its folder %s: %s", folder, g_strerror(errno));
    return check_facts(&facts, what, error);
}

static gboolean
check(const char *path, int file, GError **error)
{
    g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", file);
    g_autofree char *target = g_file_read_link(link, NULL);
    struct stat facts;

    if (fstat(file, &facts) < 0)
        return refuse(error, "%s", g_strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return refuse(error, "it is not a regular file");
    return check_facts(&facts, "it", error) && check_folder(path, error) &&
           (target == NULL || check_folder(target, error));
}

static char *
read_all(int file, GError **error)
{
    g_autofree char *text = g_malloc(BYTES_MAX + 1);
    gsize length = 0;
    gssize count;

    while (length < BYTES_MAX && (count = read(file, text + length, BYTES_MAX - length)) != 0) {
        if (count < 0 && errno != EINTR) {
            refuse(error, "%s", g_strerror(errno));
            return NULL;
        }
        length += (gsize)MAX(count, 0);
    }
    text[length] = '\0';
    return g_strdup(text);
}

/* Opening a FIFO must not wait for a writer. */
static int
open_trusted(const char *path, GError **error)
{
    g_auto(FirnFileDescriptor) file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    if (file < 0)
        refuse(error, "%s", g_strerror(errno));
    else if (check(path, file, error))
        return firn_file_descriptor_steal(&file);
    return -1;
}

char *
firn_trusted_file_read(const char *path, GError **error)
{
    g_auto(FirnFileDescriptor) file = open_trusted(path, error);

    return file < 0 ? NULL : read_all(file, error);
}

gboolean
firn_trusted_file_check(const char *path, GError **error)
{
    g_auto(FirnFileDescriptor) file = open_trusted(path, error);

    return file >= 0;
}
