/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foreign-text.h"

char *
firn_foreign_text_clip(const char *text, guint characters_max)
{
    g_autofree char *valid = NULL;

    if (text == NULL)
        return g_strdup("");
    valid = g_utf8_make_valid(text, -1);
    if (g_utf8_strlen(valid, -1) <= (glong)characters_max)
        return g_steal_pointer(&valid);
    return g_utf8_substring(valid, 0, characters_max);
}
