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

static gboolean
steers_terminal(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
        return TRUE;
    default:
        return FALSE;
    }
}

char *
firn_foreign_text_printable(const char *text, guint characters_max)
{
    g_autofree char *clipped = firn_foreign_text_clip(text, characters_max);
    g_autoptr(GString) printable = g_string_new(NULL);

    for (const char *at = clipped; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);

        if (!steers_terminal(character))
            g_string_append_unichar(printable, character);
        else if (character < 0x100)
            g_string_append_printf(printable, "\\x%02x", character);
        else
            g_string_append_printf(printable, "\\u{%04x}", character);
    }
    return firn_foreign_text_clip(printable->str, characters_max);
}
