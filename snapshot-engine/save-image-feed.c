/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "save-image-feed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-error.h"
#include "file-descriptor.h"
#include "save-image.h"

#define CHUNK_BYTES   (256 * 1024)
#define PIPE_BYTES    (1024 * 1024)
#define LOOK_AGAIN_MS 20

struct _FirnSaveImageFeed {
    char *path; /* (owned) of the FIFO */
    char *head; /* (owned) what precedes the RAM */
    gsize head_bytes;
    FirnFileDescriptor ram;  /* (owned) positioned where the RAM begins */
    FirnFileDescriptor pipe; /* (owned) open for reading, too, so that no write fails */
    FirnFileDescriptor stop; /* (owned) an eventfd */
    GThread *thread;         /* (owned) (nullable) */
};

static gboolean
wait_for_room(FirnSaveImageFeed *self)
{
    struct pollfd files[] = {
        {self->pipe, POLLOUT, 0},
        {self->stop, POLLIN,  0},
    };

    while (poll(files, G_N_ELEMENTS(files), -1) < 0)
        if (errno != EINTR)
            return FALSE;
    return (files[1].revents & POLLIN) == 0;
}

static gboolean
write_all(FirnSaveImageFeed *self, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t written;

        if (!wait_for_room(self))
            return FALSE;
        written = write(self->pipe, bytes, length);
        if (written < 0 && errno != EAGAIN && errno != EINTR)
            return FALSE;
        bytes += MAX(written, 0);
        length -= (gsize)MAX(written, 0);
    }
    return TRUE;
}

/* Bytes in a FIFO are lost when it is closed everywhere, and the reader may not have opened it
 * yet. */
static gboolean
wait_until_read(FirnSaveImageFeed *self)
{
    struct pollfd stop = {self->stop, POLLIN, 0};
    int unread = 0;

    while (ioctl(self->pipe, FIONREAD, &unread) == 0 && unread > 0)
        if (poll(&stop, 1, LOOK_AGAIN_MS) > 0)
            return FALSE;
    return unread == 0;
}

/* An image that cannot be read completely, or is truncated, ends the stream early, and QEMU refuses
 * it. Without the end of file QEMU would wait for the rest without limit. */
static gpointer
feed(gpointer data)
{
    FirnSaveImageFeed *self = data;
    g_autofree char *chunk = g_malloc(CHUNK_BYTES);
    ssize_t length;

    if (!write_all(self, self->head, self->head_bytes))
        return NULL;
    while ((length = read(self->ram, chunk, CHUNK_BYTES)) > 0)
        if (!write_all(self, chunk, (gsize)length))
            return NULL;
    if (wait_until_read(self))
        firn_file_descriptor_clear(&self->pipe);
    return NULL;
}

static gboolean
make_pipe(FirnSaveImageFeed *self)
{
    g_autofree char *folder = g_path_get_dirname(self->path);

    if (g_mkdir_with_parents(folder, 0700) != 0)
        return FALSE;
    if (g_unlink(self->path) != 0 && errno != ENOENT)
        return FALSE;
    if (mkfifo(self->path, 0600) != 0)
        return FALSE;
    self->pipe = open(self->path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    self->stop = eventfd(0, EFD_CLOEXEC);
    /* Optional; makes it faster. */
    fcntl(self->pipe, F_SETPIPE_SZ, PIPE_BYTES);
    return self->pipe >= 0 && self->stop >= 0;
}

FirnSaveImageFeed *
firn_save_image_feed_new(const char *image, const char *path, const char *xml, GError **error)
{
    g_autoptr(FirnSaveImageFeed) self = g_new0(FirnSaveImageFeed, 1);
    g_autoptr(GError) cause = NULL;

    self->path = g_strdup(path);
    self->ram = self->pipe = self->stop = -1;
    self->ram = firn_save_image_open(image, error);
    if (self->ram < 0)
        return NULL;
    self->head = firn_save_image_make_head(xml, &self->head_bytes);
    if (make_pipe(self))
        self->thread = g_thread_try_new("save-image-feed", feed, self, &cause);
    if (self->thread != NULL)
        return g_steal_pointer(&self);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_FAILED,
                "cannot pass its RAM through %s: %s",
                path,
                cause != NULL ? cause->message : g_strerror(errno));
    return NULL;
}

void
firn_save_image_feed_free(FirnSaveImageFeed *self)
{
    if (self == NULL)
        return;
    if (self->thread != NULL) {
        eventfd_write(self->stop, 1);
        g_thread_join(self->thread);
    }
    g_unlink(self->path);
    firn_file_descriptor_clear(&self->ram);
    firn_file_descriptor_clear(&self->pipe);
    firn_file_descriptor_clear(&self->stop);
    g_free(self->head);
    g_free(self->path);
    g_free(self);
}
