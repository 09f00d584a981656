/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "size-text.h"

char *
firn_size_text(guint64 bytes)
{
    g_autofree char *text = g_format_size_full(bytes, G_FORMAT_SIZE_IEC_UNITS);
    GString *plain = g_string_new(text);

    g_string_replace(plain, "\u00a0", " ", 0);
    return g_string_free(plain, FALSE);
}
