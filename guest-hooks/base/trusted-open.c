/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trusted-open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without O_NONBLOCK a FIFO would block. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/* @length: of the part of @path that @file is. */
static bool
check_trust(int file, const FirnPaths *paths, const char *path, size_t length, FirnReason *reason)
{
    int shown = (int)length;
    struct stat found;

    if (fstat(file, &found) != 0)
        return firn_reason_set(reason, "%.*s: %s", shown, path, strerror(errno));
    errno = EACCES;
    if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode))
        return firn_reason_set(reason, "%.*s is not a regular file", shown, path);
    if (found.st_uid != paths->owner)
        return firn_reason_set(reason,
                               "%.*s belongs to user %u, not %u",
                               shown,
                               path,
                               (unsigned)found.st_uid,
                               (unsigned)paths->owner);
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return firn_reason_set(reason,
                               "%.*s may be written by others: mode %04o",
                               shown,
                               path,
                               (unsigned)found.st_mode & 07777);
    return true;
}

static int
open_root(const FirnPaths *paths, FirnReason *reason)
{
    const char *root = *paths->root == '\0' ? "/" : paths->root;
    int file = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (file < 0)
        firn_reason_set(reason, "%s: %s", root, strerror(errno));
    return file;
}

/* @at: what is left of the path after the slash; @path: of the whole, up to which it is shown. */
static int
open_next(int folder, const char *path, const char *at, FirnReason *reason)
{
    char name[256];
    size_t length = strcspn(at, "/");
    int file;

    if (length >= sizeof name) {
        errno = ENAMETOOLONG;
        firn_reason_set(reason, "%s: %s", path, strerror(errno));
        return -1;
    }
    memcpy(name, at, length);
    name[length] = '\0';
    file = openat(folder, name, at[length] == '/' ? OPEN_FLAGS | O_DIRECTORY : OPEN_FLAGS);
    if (file >= 0)
        return file;
    /* With O_DIRECTORY the kernel says of a link that it is no directory. */
    if (errno == ENOTDIR)
        errno = ELOOP;
    firn_reason_set(reason,
                    "%.*s: %s",
                    (int)(at + length - path),
                    path,
                    errno == ELOOP ? "is a symbolic link" : strerror(errno));
    return -1;
}

int
firn_trusted_open(const FirnPaths *paths, const char *path, FirnReason *reason)
{
    int folder = open_root(paths, reason);

    for (const char *at = path + 1; folder >= 0; at += strcspn(at, "/") + 1) {
        int file = open_next(folder, path, at, reason);
        size_t length = (size_t)(at - path) + strcspn(at, "/");
        int error;

        if (file >= 0 && !check_trust(file, paths, path, length, reason)) {
            error = errno;
            close(file);
            errno = error;
            file = -1;
        }
        error = errno;
        close(folder);
        errno = error;
        folder = file;
        if (path[length] == '\0')
            break;
    }
    return folder;
}
