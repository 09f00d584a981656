/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-stream.h"

#include <string.h>

#include "qmp-error.h"

#define DELIMITER 0xff

struct _FirnLineStream {
    GByteArray *buffer; /* (owned) the latest bytes, after the beginning of an earlier line */
    gsize begin;        /* where in buffer the next line begins */
    gsize scanned;      /* no line end was found before this offset */
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
                    "a line is longer than %zu bytes",
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

/* Finds the next line and its end, if it is complete. */
static const guint8 *
find_line(FirnLineStream *self, const guint8 **out_end)
{
    const guint8 *line = self->buffer->data + self->begin;

    *out_end =
        self->scanned == self->buffer->len
            ? NULL
            : memchr(self->buffer->data + self->scanned, '\n', self->buffer->len - self->scanned);
    if (*out_end == NULL)
        self->scanned = self->buffer->len;
    else
        self->begin = self->scanned = *out_end - self->buffer->data + 1;
    return line;
}

/* An empty line must cost next to nothing: a guest can send millions of them. */
GBytes *
firn_line_stream_pop(FirnLineStream *self, gboolean *out_is_delimited)
{
    const guint8 *end;

    for (const guint8 *line = find_line(self, &end); end != NULL; line = find_line(self, &end)) {
        const guint8 *delimiter = memrchr(line, DELIMITER, end - line);
        gsize length;

        if (delimiter != NULL)
            line = delimiter + 1;
        length = strip_line_end(line, end - line);
        if (length == 0)
            continue;
        if (out_is_delimited != NULL)
            *out_is_delimited = delimiter != NULL;
        return g_bytes_new(line, length);
    }
    return NULL;
}
