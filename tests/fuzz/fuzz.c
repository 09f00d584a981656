/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

/* Called by libFuzzer. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    /* A warning means a broken contract of a caller, which is firn itself here. */
    g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    return 0;
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    firn_fuzz_one(bytes, length);
    return 0;
}

static gboolean
steers(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE ||
           type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_UNASSIGNED ||
           type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

void
firn_fuzz_assert_printable(const char *text, glong characters_max)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(text, -1), <=, characters_max);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        g_assert_false(steers(g_utf8_get_char(at)));
}

static void
free_string(gpointer string)
{
    g_string_free(string, TRUE);
}

GPtrArray *
firn_fuzz_split(const guint8 *bytes, gsize length)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(free_string);
    const char *at = (const char *)bytes;
    const char *end = at + length;

    while (at < end) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        gsize line = newline == NULL ? (gsize)(end - at) : (gsize)(newline - at);

        g_ptr_array_add(lines, g_string_new_len(at, (gssize)line));
        at += line + (newline != NULL);
    }
    return lines;
}
