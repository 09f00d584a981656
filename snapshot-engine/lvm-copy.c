/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "checked-open.h"
#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"

/* Read at once, and compared in pieces of a chunk of LVM's smallest size. */
#define BUFFER_BYTES (1024 * 1024)
#define CHUNK_BYTES  4096

typedef struct {
    FirnFileDescriptor source; /* (owned) */
    FirnFileDescriptor target; /* (owned) */
    char *wanted;              /* (owned) what the source has */
    char *found;               /* (owned) what the target has */
} Copy;

static void
clear_copy(Copy *self)
{
    firn_file_descriptor_clear(&self->source);
    firn_file_descriptor_clear(&self->target);
    g_free(self->wanted);
    g_free(self->found);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Copy, clear_copy)

static gboolean
fail(const char *what, int cause, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                cause == EBUSY ? FIRN_ENGINE_ERROR_IN_USE : FIRN_ENGINE_ERROR_FAILED,
                "%s: %s",
                what,
                g_strerror(cause));
    return FALSE;
}

static gboolean
open_device(const char *path, int flags, int *out_file, guint64 *out_bytes, GError **error)
{
    *out_file = firn_checked_open(path, FIRN_FILE_KIND_BLOCK, flags, NULL);
    return (*out_file >= 0 && ioctl(*out_file, BLKGETSIZE64, out_bytes) == 0) ||
           fail(path, errno, error);
}

static gboolean
read_piece(int file, char *bytes, gsize length, guint64 offset, GError **error)
{
    for (gsize done = 0; done < length;) {
        ssize_t got = pread(file, bytes + done, length - done, (off_t)(offset + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail("cannot read a logical volume", got == 0 ? EIO : errno, error);
        done += (gsize)got;
    }
    return TRUE;
}

static gboolean
write_piece(int file, const char *bytes, gsize length, guint64 offset, GError **error)
{
    for (gsize done = 0; done < length;) {
        ssize_t put = pwrite(file, bytes + done, length - done, (off_t)(offset + done));

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail("cannot write to a logical volume", put == 0 ? EIO : errno, error);
        done += (gsize)put;
    }
    return TRUE;
}

static gboolean
copy_buffer(Copy *self, gsize length, guint64 offset, GError **error)
{
    if (!read_piece(self->source, self->wanted, length, offset, error) ||
        !read_piece(self->target, self->found, length, offset, error))
        return FALSE;
    for (gsize at = 0; at < length; at += CHUNK_BYTES) {
        gsize piece = MIN(CHUNK_BYTES, length - at);

        if (memcmp(self->wanted + at, self->found + at, piece) != 0 &&
            !write_piece(self->target, self->wanted + at, piece, offset + at, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
firn_lvm_copy_differences(const char *source, const char *target, GError **error)
{
    g_auto(Copy) self = {.source = -1, .target = -1};
    guint64 source_bytes = 0;
    guint64 target_bytes = 0;

    if (!open_device(source, O_RDONLY, &self.source, &source_bytes, error) ||
        !open_device(target, O_RDWR | O_EXCL, &self.target, &target_bytes, error))
        return FALSE;
    if (source_bytes != target_bytes)
        return fail("the disk was resized since the snapshot", EINVAL, error);
    self.wanted = g_malloc(BUFFER_BYTES);
    self.found = g_malloc(BUFFER_BYTES);
    for (guint64 offset = 0; offset < target_bytes; offset += BUFFER_BYTES) {
        if (!copy_buffer(&self, MIN(BUFFER_BYTES, target_bytes - offset), offset, error))
            return FALSE;
        if (offset == 0)
            FIRN_CRASH_POINT("lvm: while a disk is reverted");
    }
    return fsync(self.target) == 0 || fail(target, errno, error);
}
