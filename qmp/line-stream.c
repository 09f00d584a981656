/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-stream.h"

#include <string.h>

#include "qmp-error.h"

#define DELIMITER 0xff

struct _FirnLineStream {
    GByteArray *buffer; /* (owned) what arrived last, and the beginning of a line from before */
    gsize begin;        /* where in buffer the next line begins */
    gsize scanned;      /* up to where no line end was found */
    gsize max_bytes;
};

FirnLineStream *
firn_line_stream_new(gsize max_bytes)
{
    FirnLineStream *self = g_new0(FirnLineStream, 1);

    self->buffer = g_byte_array_new();
    self->max_bytes = max_bytes;
    return self;
}

void
firn_line_stream_free(FirnLineStream *self)
{
    if (self == NULL)
        return;
    g_byte_array_unref(self->buffer);
    g_free(self);
}

gboolean
firn_line_stream_push(FirnLineStream *self, const guint8 *bytes, gsize length, GError **error)
{
    g_byte_array_remove_range(self->buffer, 0, self->begin);
    self->scanned -= self->begin;
    self->begin = 0;
    g_byte_array_append(self->buffer, bytes, length);
    if (self->buffer->len > self->max_bytes &&
        memchr(self->buffer->data, '\n', self->buffer->len) == NULL) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "a line of more than %zu bytes",
                    self->max_bytes);
        return FALSE;
    }
    return TRUE;
}

static gsize
strip_line_end(const guint8 *line, gsize length)
{
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
        length--;
    return length;
}

static GBytes *
pop_line(FirnLineStream *self, gboolean *out_is_delimited)
{
    const guint8 *line = self->buffer->data + self->begin;
    const guint8 *end =
        self->scanned == self->buffer->len
            ? NULL
            : memchr(self->buffer->data + self->scanned, '\n', self->buffer->len - self->scanned);
    const guint8 *delimiter;

    if (end == NULL) {
        self->scanned = self->buffer->len;
        return NULL;
    }
    self->begin = self->scanned = end - self->buffer->data + 1;
    delimiter = memrchr(line, DELIMITER, end - line);
    *out_is_delimited = delimiter != NULL;
    if (delimiter != NULL)
        line = delimiter + 1;
    return g_bytes_new(line, strip_line_end(line, end - line));
}

GBytes *
firn_line_stream_pop(FirnLineStream *self, gboolean *out_is_delimited)
{
    gboolean is_delimited = FALSE;
    GBytes *line;

    while ((line = pop_line(self, &is_delimited)) != NULL && g_bytes_get_size(line) == 0)
        g_bytes_unref(line);
    if (line != NULL && out_is_delimited != NULL)
        *out_is_delimited = is_delimited;
    return line;
}
