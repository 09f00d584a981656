/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-stream.h"

#include <string.h>

#include "qmp-error.h"

static void
push(FirnLineStream *stream, const char *text)
{
    g_autoptr(GError) error = NULL;

    firn_line_stream_push(stream, (const guint8 *)text, strlen(text), &error);
    g_assert_no_error(error);
}

static void
assert_line(FirnLineStream *stream, const char *expected, gboolean is_delimited)
{
    gboolean delimited = FALSE;
    g_autoptr(GBytes) line = firn_line_stream_pop(stream, &delimited);

    g_assert_nonnull(line);
    g_assert_cmpmem(g_bytes_get_data(line, NULL),
                    g_bytes_get_size(line),
                    expected,
                    strlen(expected));
    g_assert_cmpint(delimited, ==, is_delimited);
}

static void
test_pieces(void)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(100);

    push(stream, "on");
    g_assert_null(firn_line_stream_pop(stream, NULL));
    push(stream, "e\r\ntw");
    assert_line(stream, "one", FALSE);
    g_assert_null(firn_line_stream_pop(stream, NULL));
    push(stream, "o\n\n\r\nthree\n");
    assert_line(stream, "two", FALSE);
    assert_line(stream, "three", FALSE);
    g_assert_null(firn_line_stream_pop(stream, NULL));
}

static void
test_byte_by_byte(void)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(100);
    const char *text = "half of an old answer\xff{\"return\": 1}\n";

    for (; text[1] != '\0'; text++) {
        firn_line_stream_push(stream, (const guint8 *)text, 1, NULL);
        g_assert_null(firn_line_stream_pop(stream, NULL));
    }
    push(stream, "\n");
    assert_line(stream, "{\"return\": 1}", TRUE);
}

static void
test_delimiter_storm(void)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(100);

    push(stream,
         "a\xff\xff"
         "b\xff\xff"
         "c\nd\n");
    assert_line(stream, "c", TRUE);
    assert_line(stream, "d", FALSE);
}

static void
test_too_long(void)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(10);
    g_autoptr(GError) error = NULL;

    push(stream, "0123456789");
    g_assert_null(firn_line_stream_pop(stream, NULL));
    g_assert_false(firn_line_stream_push(stream, (const guint8 *)"a", 1, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_flood_of_empty_lines(void)
{
    g_autoptr(FirnLineStream) stream = firn_line_stream_new(1 << 20);
    g_autofree char *flood = g_strnfill(1 << 20, '\n');

    push(stream, flood);
    g_assert_null(firn_line_stream_pop(stream, NULL));
    push(stream, "x\n");
    assert_line(stream, "x", FALSE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/line-stream/lines-in-pieces", test_pieces);
    g_test_add_func("/qmp/line-stream/byte-by-byte", test_byte_by_byte);
    g_test_add_func("/qmp/line-stream/delimiter-storm", test_delimiter_storm);
    g_test_add_func("/qmp/line-stream/too-long-a-line", test_too_long);
    g_test_add_func("/qmp/line-stream/flood-of-empty-lines", test_flood_of_empty_lines);
    return g_test_run();
}
