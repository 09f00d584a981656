/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fuzz.h"
#include "printable.h"
#include "record-schema.h"

#define CLIPPED 40

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autofree char *printable = firn_printable(text);
    g_autofree char *again = firn_printable(printable);
    g_autofree char *short_text = firn_printable_clip(text, CLIPPED);
    g_autofree char *clipped = firn_record_schema_clip(text, CLIPPED);
    g_autofree char *sentences = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);

    firn_fuzz_assert_printable(printable, 256);
    firn_fuzz_assert_printable(short_text, CLIPPED);
    firn_fuzz_assert_printable(sentences, FIRN_PRINTABLE_SENTENCES);
    g_assert_true(g_utf8_validate(clipped, -1, NULL));
    g_assert_cmpint(g_utf8_strlen(clipped, -1), <=, CLIPPED);
    g_assert_cmpstr(printable, ==, again);
}
