/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "printable.h"

#define MAX_CHARACTERS 256

static gboolean
changes_layout(gunichar c)
{
    return c == 0x2028 || c == 0x2029 || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
firn_printable(const char *text)
{
    GString *printable = g_string_new(NULL);
    const char *at = text == NULL ? "" : text;

    for (guint n = 0; *at != '\0'; n++) {
        gunichar c = g_utf8_get_char_validated(at, -1);

        if (n == MAX_CHARACTERS) {
            g_string_append(printable, "...");
            break;
        }
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(printable, "\\x%02x", (guchar)*at++);
            continue;
        }
        if (g_unichar_iscntrl(c) && c < 0x100)
            g_string_append_printf(printable, "\\x%02x", c);
        else if (g_unichar_iscntrl(c) || changes_layout(c))
            g_string_append_printf(printable, "\\u%04x", c);
        else
            g_string_append_unichar(printable, c);
        at = g_utf8_next_char(at);
    }
    return g_string_free(printable, FALSE);
}
