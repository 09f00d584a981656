/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "save-image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "checked-open.h"
#include "engine-error.h"
#include "file-descriptor.h"

#define VERSION     2
#define MAGIC_BYTES 16
#define XML_MAX     (1024 * 1024)

static const char finished[MAGIC_BYTES + 1] = "LibvirtQemudSave";
static const char unfinished[MAGIC_BYTES + 1] = "LibvirtQemudPart";

/* libvirt writes the header in the byte order of the host. */
typedef struct {
    char magic[MAGIC_BYTES];
    guint32 version;
    guint32 data_length; /* of the XML, including its NUL byte */
    guint32 was_running;
    guint32 compressed;
    guint32 cookie_offset;
    guint32 unused[14];
} Header;

G_STATIC_ASSERT(sizeof(Header) == 92);

static gboolean
fail(GError **error, FirnEngineError code, const char *what)
{
    g_set_error(error, FIRN_ENGINE_ERROR, code, "save image: %s", what);
    return FALSE;
}

static gboolean
fail_errno(GError **error)
{
    FirnEngineError code = errno == ENOSPC || errno == EDQUOT ? FIRN_ENGINE_ERROR_NO_SPACE
                           : errno == EEXIST                  ? FIRN_ENGINE_ERROR_EXISTS
                                                              : FIRN_ENGINE_ERROR_FAILED;

    return fail(error, code, g_strerror(errno));
}

char *
firn_save_image_file_name(const char *uuid)
{
    return g_strconcat(uuid, ".save", NULL);
}

char *
firn_save_image_path(FirnStateDir *directory, const char *uuid)
{
    g_autofree char *name = firn_save_image_file_name(uuid);

    return g_build_filename(firn_state_dir_get_path(directory), name, NULL);
}

static char *
make_head(const char *magic, const char *xml, gsize *out_bytes)
{
    Header header = {.version = VERSION, .was_running = 1};
    gsize length = strlen(xml) + 1;
    char *head = g_malloc(sizeof header + length);

    memcpy(header.magic, magic, MAGIC_BYTES);
    header.data_length = (guint32)length;
    memcpy(head, &header, sizeof header);
    memcpy(head + sizeof header, xml, length);
    *out_bytes = sizeof header + length;
    return head;
}

char *
firn_save_image_make_head(const char *xml, gsize *out_bytes)
{
    return make_head(finished, xml, out_bytes);
}

static gboolean
write_head(int file, const char *xml, GError **error)
{
    gsize length = 0;
    g_autofree char *head = make_head(unfinished, xml, &length);

    errno = 0;
    return write(file, head, length) == (ssize_t)length || fail_errno(error);
}

/* It is better to fail before the RAM is written than in the middle. */
static gboolean
reserve(int file, guint64 bytes, GError **error)
{
    off_t at = lseek(file, 0, SEEK_CUR);

    return at >= 0 &&
           (fallocate(file, 0, at, (off_t)bytes) == 0 || errno == EOPNOTSUPP || fail_errno(error));
}

int
firn_save_image_begin(FirnStateDir *directory,
                      const char *uuid,
                      const char *xml,
                      guint64 room_bytes,
                      GError **error)
{
    g_autofree char *name = firn_save_image_file_name(uuid);
    g_auto(FirnFileDescriptor) file = firn_state_dir_create(directory, name, error);

    if (file < 0)
        return -1;
    if (!write_head(file, xml, error) || !reserve(file, room_bytes, error)) {
        firn_state_dir_remove(directory, name, NULL);
        return -1;
    }
    return firn_file_descriptor_steal(&file);
}

gboolean
firn_save_image_finish(int file, guint64 *out_bytes, GError **error)
{
    /* QEMU writes through the same open file description, so the offset is shared. */
    off_t end = lseek(file, 0, SEEK_CUR);

    if (end < 0 || ftruncate(file, end) < 0 || fdatasync(file) < 0 ||
        pwrite(file, finished, MAGIC_BYTES, 0) != MAGIC_BYTES || fsync(file) < 0)
        return fail_errno(error);
    *out_bytes = (guint64)end;
    return TRUE;
}

static gboolean
has_magic(const Header *header, const char *magic)
{
    return memcmp(header->magic, magic, MAGIC_BYTES) == 0;
}

static gboolean
is_header(const Header *header)
{
    return (has_magic(header, finished) || has_magic(header, unfinished)) &&
           header->version == VERSION && header->data_length > 0 &&
           header->data_length <= XML_MAX && header->compressed == 0;
}

/* Returns a file descriptor, positioned after the header. */
static int
open_header(const char *path, Header *out_header, GError **error)
{
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(path, FIRN_FILE_KIND_REGULAR, O_RDONLY | O_NOFOLLOW, NULL);

    if (file < 0) {
        fail_errno(error);
        return -1;
    }
    if (read(file, out_header, sizeof *out_header) != sizeof *out_header ||
        !is_header(out_header)) {
        fail(error, FIRN_ENGINE_ERROR_CORRUPT, "the file is not a save image");
        return -1;
    }
    return firn_file_descriptor_steal(&file);
}

char *
firn_save_image_dup_xml(const char *path, GError **error)
{
    Header header;
    g_auto(FirnFileDescriptor) file = open_header(path, &header, error);
    g_autofree char *xml = NULL;

    if (file < 0)
        return NULL;
    xml = g_malloc0((gsize)header.data_length + 1);
    if (read(file, xml, header.data_length) == (ssize_t)header.data_length)
        return g_steal_pointer(&xml);
    fail(error, FIRN_ENGINE_ERROR_CORRUPT, "the file is truncated");
    return NULL;
}

int
firn_save_image_open(const char *path, GError **error)
{
    Header header;
    g_auto(FirnFileDescriptor) file = open_header(path, &header, error);

    if (file < 0)
        return -1;
    if (!has_magic(&header, finished)) {
        fail(error, FIRN_ENGINE_ERROR_CORRUPT, "it was not finished");
        return -1;
    }
    if (lseek(file, header.data_length, SEEK_CUR) < 0) {
        fail_errno(error);
        return -1;
    }
    return firn_file_descriptor_steal(&file);
}
