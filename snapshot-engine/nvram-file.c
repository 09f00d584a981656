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
#include "json-guard.h"

#define QCOW2_MAGIC "QFI\xfb"
/* QEMU writes a document in far less time than reading it takes. */
#define ATTEMPTS 100

/* Values of variables are in hex digits. */
static const FirnJsonLimits document_limits = {FIRN_NVRAM_BYTES_MAX,
                                               FIRN_NVRAM_BYTES_MAX,
                                               100000,
                                               16,
                                               500000};

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
    return (guint64)facts->st_size <= FIRN_NVRAM_BYTES_MAX ||
           refuse(path,
                  FIRN_ENGINE_ERROR_INVALID,
                  "it is larger than any firmware's variables",
                  error);
}

gboolean
firn_nvram_file_is_document(GBytes *bytes)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    return length > 0 && data[0] == '{';
}

static GBytes *
read_bytes(const char *path, GError **error)
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
    return g_bytes_new_take(g_steal_pointer(&buffer), length);
}

/* A plain copy of a qcow2 image while QEMU writes to it would not be consistent. */
static gboolean
is_qcow2(GBytes *bytes)
{
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    return length >= strlen(QCOW2_MAGIC) && memcmp(data, QCOW2_MAGIC, strlen(QCOW2_MAGIC)) == 0;
}

/* QEMU empties a document before it writes it again. */
static gboolean
is_complete(GBytes *bytes)
{
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);

    if (!firn_nvram_file_is_document(bytes))
        return length > 0;
    return firn_json_guard_check(text, length, &document_limits, NULL);
}

static gboolean
refuse_incomplete(const char *path, gboolean is_empty, GError **error)
{
    return refuse(path,
                  FIRN_ENGINE_ERROR_INVALID,
                  is_empty ? "it is empty" : "it is not a complete document of a uefi-vars device",
                  error);
}

GBytes *
firn_nvram_file_read(const char *path, GError **error)
{
    gboolean is_empty = FALSE;

    for (guint i = 0; i < ATTEMPTS; i++) {
        g_autoptr(GBytes) bytes = read_bytes(path, error);

        if (bytes == NULL)
            return NULL;
        if (is_qcow2(bytes)) {
            refuse(path,
                   FIRN_ENGINE_ERROR_INVALID,
                   "it is a qcow2 image, and firn can copy only raw flash files",
                   error);
            return NULL;
        }
        if (is_complete(bytes))
            return g_steal_pointer(&bytes);
        is_empty = g_bytes_get_size(bytes) == 0;
    }
    refuse_incomplete(path, is_empty, error);
    return NULL;
}

/* Only a document may change its length, and nothing becomes a document. */
static gboolean
check_kind(const char *path, const struct stat *facts, GBytes *bytes, GError **error)
{
    g_autoptr(GBytes) old = NULL;

    if (!firn_nvram_file_is_document(bytes))
        return (guint64)facts->st_size == g_bytes_get_size(bytes) ||
               refuse(path, FIRN_ENGINE_ERROR_INVALID, "its size has changed", error);
    if (facts->st_size == 0)
        return TRUE;
    old = read_bytes(path, error);
    return old != NULL &&
           (firn_nvram_file_is_document(old) ||
            refuse(path, FIRN_ENGINE_ERROR_INVALID, "it is not of a uefi-vars device", error));
}

gboolean
firn_nvram_file_write(const char *path, GBytes *bytes, GError **error)
{
    struct stat facts;
    g_auto(FirnFileDescriptor) file = open_regular(path, O_WRONLY, &facts, error);
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    if (file < 0 || !check_kind(path, &facts, bytes, error))
        return FALSE;
    FIRN_CRASH_POINT("nvram file: before");
    if (!write_part(file, data, 0, length / 2))
        return fail_errno(path, error);
    FIRN_CRASH_POINT("nvram file: half written");
    if (!write_part(file, data, length / 2, length) || ftruncate(file, (off_t)length) != 0 ||
        fsync(file) != 0)
        return fail_errno(path, error);
    FIRN_CRASH_POINT("nvram file: written");
    return TRUE;
}
