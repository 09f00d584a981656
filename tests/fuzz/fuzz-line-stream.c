/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fuzz.h"
#include "line-stream.h"

#define LINE_BYTES 32

static void
take_lines(FirnLineStream *stream, GByteArray *lines)
{
    gboolean is_delimited;
    GBytes *line;

    while ((line = firn_line_stream_pop(stream, &is_delimited)) != NULL) {
        gsize length;
        const guint8 *bytes = g_bytes_get_data(line, &length);
        guint8 mark = is_delimited ? 0xff : '\n';

        g_assert_cmpuint(length, >, 0);
        g_assert_null(memchr(bytes, '\n', length));
        g_assert_null(memchr(bytes, 0xff, length));
        g_byte_array_append(lines, &mark, 1);
        g_byte_array_append(lines, bytes, (guint)length);
        g_bytes_unref(line);
    }
}

/* Returns whether the stream accepted everything. */
static gboolean
feed(const guint8 *bytes, gsize length, gsize piece, gsize max_bytes, GByteArray *lines)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(max_bytes);

    for (gsize at = 0; at < length; at += piece) {
        if (!firn_line_stream_push(stream, bytes + at, MIN(piece, length - at), NULL))
            return FALSE;
        take_lines(stream, lines);
    }
    return TRUE;
}

static void
assert_same(GByteArray *one, GByteArray *other)
{
    g_assert_cmpmem(one->data, one->len, other->data, other->len);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autoptr(GByteArray) whole = g_byte_array_new();
    g_autoptr(GByteArray) pieces = g_byte_array_new();
    g_autoptr(GByteArray) tight = g_byte_array_new();

    if (length == 0)
        return;
    /* The lines do not depend on how the bytes are split. */
    g_assert_true(feed(bytes, length, length, length + 1, whole));
    g_assert_true(feed(bytes, length, 1 + bytes[0] % 7, length + 1, pieces));
    assert_same(whole, pieces);
    if (feed(bytes, length, 1, LINE_BYTES, tight))
        assert_same(whole, tight);
    else
        g_assert_cmpuint(length, >, LINE_BYTES);
}
