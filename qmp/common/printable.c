/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "printable.h"

#define LINE_CHARACTERS 256
#define ESCAPE_BYTES    16

static gboolean
is_hidden(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Writes what is printed for the character or broken byte at @at; returns the next one. */
static const char *
spell(const char *at, gboolean has_base, char out_spelling[ESCAPE_BYTES], gboolean *out_is_escape)
{
    gunichar character = g_utf8_get_char_validated(at, -1);
    gboolean is_broken = character == (gunichar)-1 || character == (gunichar)-2;

    *out_is_escape =
        is_broken || is_hidden(character) || (!has_base && g_unichar_ismark(character));
    if (is_broken)
        character = (guchar)*at;
    if (!*out_is_escape)
        out_spelling[g_unichar_to_utf8(character, out_spelling)] = '\0';
    else
        g_snprintf(out_spelling,
                   ESCAPE_BYTES,
                   character < 0x100     ? "\\x%02x"
                   : character < 0x10000 ? "\\u%04x"
                                         : "\\U%08x",
                   character);
    return is_broken ? at + 1 : g_utf8_next_char(at);
}

char *
firn_printable_clip(const char *text, guint characters_max)
{
    GString *printable = g_string_new(NULL);
    gboolean is_escape = TRUE;
    guint n_characters = 0;
    gsize dots_at = 0; /* behind the last spelling that leaves room for three dots */

    while (text != NULL && *text != '\0') {
        char spelling[ESCAPE_BYTES];

        text = spell(text, !is_escape, spelling, &is_escape);
        n_characters += (guint)g_utf8_strlen(spelling, -1);
        if (n_characters > characters_max) {
            g_string_truncate(printable, dots_at);
            g_string_append(printable, "...");
            break;
        }
        g_string_append(printable, spelling);
        if (n_characters + 3 <= characters_max)
            dots_at = printable->len;
    }
    return g_string_free(printable, FALSE);
}

char *
firn_printable(const char *text)
{
    return firn_printable_clip(text, LINE_CHARACTERS);
}
