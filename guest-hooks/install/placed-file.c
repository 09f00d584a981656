/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "placed-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES 65536

typedef char Path[FIRN_PATH_BYTES];

static bool
fail(FirnReason *reason, const char *path)
{
    return firn_reason_set(reason, "%s: %s", path, strerror(errno));
}

static bool
join(const FirnPaths *paths, const char *path, char *out, FirnReason *reason)
{
    return firn_paths_join(paths, path, out, sizeof(Path)) ||
           firn_reason_set(reason, "%s: path too long", path);
}

FirnPlaced
firn_placed_file_find(const FirnPaths *paths, const char *path)
{
    char start[sizeof FIRN_PLACED_MARK] = "";
    Path whole;
    int file;

    if (!join(paths, path, whole, NULL))
        return FIRN_PLACED_FOREIGN;
    file = open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT ? FIRN_PLACED_NONE : FIRN_PLACED_FOREIGN;
    if (read(file, start, sizeof start - 1) < 0)
        start[0] = '\0';
    close(file);
    return strcmp(start, FIRN_PLACED_MARK) == 0 ? FIRN_PLACED_OURS : FIRN_PLACED_FOREIGN;
}

static bool
make_folders(char *path, FirnReason *reason)
{
    for (char *at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        bool is_there;

        *at = '\0';
        is_there = mkdir(path, 0755) == 0 || errno == EEXIST || fail(reason, path);
        *at = '/';
        if (!is_there)
            return false;
    }
    return true;
}

/* The umask of an administrator may be any. */
static int
create(const char *path, mode_t mode, FirnReason *reason)
{
    int file;

    (void)!unlink(path);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0 || fchmod(file, mode) != 0)
        fail(reason, path);
    return file;
}

static bool
write_all(int file, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t done = write(file, bytes, count);

        if (done < 0)
            return false;
        bytes += done;
        count -= (size_t)done;
    }
    return true;
}

/* A restart of the guest right after it finds the whole file or none. */
static bool
finish(int file, bool is_written, const char *new_path, const char *path, FirnReason *reason)
{
    is_written = is_written && fsync(file) == 0;
    is_written = close(file) == 0 && is_written;
    if (is_written && rename(new_path, path) == 0)
        return true;
    fail(reason, path);
    (void)!unlink(new_path);
    return false;
}

static bool
begin(const FirnPaths *paths, const char *path, char *whole, char *new_path, FirnReason *reason)
{
    int length;

    if (!join(paths, path, whole, reason) || !make_folders(whole, reason))
        return false;
    length = snprintf(new_path, sizeof(Path), "%s.firn-new", whole);
    return (size_t)length < sizeof(Path) || firn_reason_set(reason, "%s: path too long", path);
}

bool
firn_placed_file_write(const FirnPaths *paths,
                       const char *path,
                       const char *text,
                       FirnReason *reason)
{
    Path whole;
    Path new_path;
    int file;

    if (!begin(paths, path, whole, new_path, reason))
        return false;
    file = create(new_path, 0644, reason);
    if (file < 0)
        return false;
    return finish(file,
                  write_all(file, FIRN_PLACED_MARK, strlen(FIRN_PLACED_MARK)) &&
                      write_all(file, text, strlen(text)),
                  new_path,
                  whole,
                  reason);
}

static bool
copy_bytes(int from, int to)
{
    static char bytes[COPY_BYTES];
    ssize_t got;

    while ((got = read(from, bytes, sizeof bytes)) > 0)
        if (!write_all(to, bytes, (size_t)got))
            return false;
    return got == 0;
}

bool
firn_placed_file_copy(const FirnPaths *paths,
                      const char *from,
                      const char *path,
                      mode_t mode,
                      FirnReason *reason)
{
    Path whole;
    Path new_path;
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int file;
    bool is_copied;

    if (source < 0)
        return fail(reason, from);
    if (!begin(paths, path, whole, new_path, reason) ||
        (file = create(new_path, mode, reason)) < 0) {
        close(source);
        return false;
    }
    is_copied = finish(file, copy_bytes(source, file), new_path, whole, reason);
    close(source);
    return is_copied;
}

bool
firn_placed_file_remove(const FirnPaths *paths, const char *path, FirnReason *reason)
{
    Path whole;

    if (!join(paths, path, whole, reason))
        return false;
    return remove(whole) == 0 || errno == ENOENT || fail(reason, whole);
}
