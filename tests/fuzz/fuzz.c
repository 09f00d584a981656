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
    return g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029 || c == 0x061c || c == 0x200e ||
           c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
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
