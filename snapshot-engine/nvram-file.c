/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "checked-open.h"
#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"

#define QCOW2_MAGIC "QFI\xfb"

static gboolean
refuse(const char *path, FirnEngineError code, const char *what, GError **error)
{
    g_set_error(error, FIRN_ENGINE_ERROR, code, "%s: %s", path, what);
    return FALSE;
}

static gboolean
fail_errno(const char *path, GError **error)
{
    int error_number = errno;

    return refuse(path,
                  error_number == ENOENT  ? FIRN_ENGINE_ERROR_NOT_FOUND
                  : error_number == ELOOP ? FIRN_ENGINE_ERROR_INVALID
                                          : FIRN_ENGINE_ERROR_FAILED,
                  error_number == ELOOP ? "it is a symbolic link" : g_strerror(error_number),
                  error);
}

/* Returns -1 with @error set on failure. */
static int
open_regular(const char *path, int flags, struct stat *facts, GError **error)
{
    int file = firn_checked_open(path, FIRN_FILE_KIND_REGULAR, flags | O_NOFOLLOW, facts);

    if (file >= 0)
        return file;
    if (errno == EMEDIUMTYPE)
        return refuse(path, FIRN_ENGINE_ERROR_INVALID, "it is not a regular file", error) - 1;
    return fail_errno(path, error) - 1;
}

static gboolean
read_whole(int file, guint8 *buffer, gsize length)
{
    for (gsize done = 0; done < length;) {
        ssize_t got = pread(file, buffer + done, length - done, (off_t)done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return FALSE;
        }
        done += (gsize)got;
    }
    return TRUE;
}

static gboolean
write_part(int file, const guint8 *data, gsize from, gsize to)
{
    while (from < to) {
        ssize_t done = pwrite(file, data + from, to - from, (off_t)from);

        if (done < 0 && errno != EINTR)
            return FALSE;
        from += done < 0 ? 0 : (gsize)done;
    }
    return TRUE;
}

static gboolean
check_length(const char *path, const struct stat *facts, GError **error)
{
    if (facts->st_size > 0 && (guint64)facts->st_size <= FIRN_NVRAM_BYTES_MAX)
        return TRUE;
    return refuse(path,
                  FIRN_ENGINE_ERROR_INVALID,
                  facts->st_size == 0 ? "it is empty"
                                      : "it is larger than any firmware's variables",
                  error);
}

GBytes *
firn_nvram_file_read(const char *path, GError **error)
{
    struct stat facts;
    g_auto(FirnFileDescriptor) file = open_regular(path, O_RDONLY, &facts, error);
    g_autofree guint8 *buffer = NULL;
    gsize length;

    if (file < 0 || !check_length(path, &facts, error))
        return NULL;
    length = (gsize)facts.st_size;
    buffer = g_malloc(length);
    if (!read_whole(file, buffer, length)) {
        fail_errno(path, error);
        return NULL;
    }
    /* A plain copy of a qcow2 image while QEMU writes to it would not be consistent. */
    if (length >= strlen(QCOW2_MAGIC) && memcmp(buffer, QCOW2_MAGIC, strlen(QCOW2_MAGIC)) == 0) {
        refuse(path,
               FIRN_ENGINE_ERROR_INVALID,
               "it is a qcow2 image, and firn can copy only raw flash files",
               error);
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&buffer), length);
}

gboolean
firn_nvram_file_write(const char *path, GBytes *bytes, GError **error)
{
    struct stat facts;
    g_auto(FirnFileDescriptor) file = open_regular(path, O_WRONLY, &facts, error);
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    if (file < 0)
        return FALSE;
    if ((guint64)facts.st_size != length)
        return refuse(path, FIRN_ENGINE_ERROR_INVALID, "its size has changed", error);
    FIRN_CRASH_POINT("nvram file: before");
    if (!write_part(file, data, 0, length / 2))
        return fail_errno(path, error);
    FIRN_CRASH_POINT("nvram file: half written");
    if (!write_part(file, data, length / 2, length) || fsync(file) != 0)
        return fail_errno(path, error);
    FIRN_CRASH_POINT("nvram file: written");
    return TRUE;
}
