/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "long-text.h"

#include <string.h>

#include "printable.h"

#define MAX_BYTES   4096
#define PIECE_BYTES 256 /* at most as many characters as firn_printable() accepts */

/* Returns the length of the piece that begins at @at; a piece ends between two characters. */
static gsize
measure_piece(const char *at)
{
    gsize length = strnlen(at, PIECE_BYTES);

    if (length < PIECE_BYTES)
        return length;
    for (gsize back = 0; back < 4; back++)
        if (((guchar)at[length - back] & 0xc0) != 0x80)
            return length - back;
    return length;
}

char *
firn_long_text(const char *text)
{
    GString *whole = g_string_new(NULL);
    const char *at = text == NULL ? "" : text;

    while (*at != '\0' && whole->len < MAX_BYTES) {
        gsize length = measure_piece(at);
        g_autofree char *piece = g_strndup(at, length);
        g_autofree char *printable = firn_printable(piece);

        g_string_append(whole, printable);
        at += length;
    }
    if (*at != '\0')
        g_string_append(whole, "...");
    return g_string_free(whole, FALSE);
}
