/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "foreign-text.h"
#include "fuzz.h"
#include "long-text.h"
#include "printable.h"

#define CLIPPED 40

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autofree char *printable = firn_printable(text);
    g_autofree char *again = firn_printable(printable);
    g_autofree char *foreign = firn_foreign_text_printable(text, CLIPPED);
    g_autofree char *clipped = firn_foreign_text_clip(text, CLIPPED);
    g_autofree char *longer = firn_long_text(text);

    /* 256 characters, each of which may need six, and three dots. */
    firn_fuzz_assert_printable(printable, 256 * 6 + 3);
    firn_fuzz_assert_printable(foreign, CLIPPED);
    firn_fuzz_assert_printable(longer, G_MAXLONG);
    g_assert_true(g_utf8_validate(clipped, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(clipped, -1), <=, CLIPPED);
    if (g_utf8_strlen(printable, -1) <= 256)
        g_assert_cmpstr(printable, ==, again);
}
