/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-text.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of the character that begins there; 0 if none does. */
static size_t
measure(const unsigned char *text)
{
    size_t length = *text < 0x80                    ? 1
                    : *text >= 0xc2 && *text < 0xe0 ? 2
                    : *text >= 0xe0 && *text < 0xf0 ? 3
                    : *text >= 0xf0 && *text < 0xf5 ? 4
                                                    : 0;

    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    /* Too long, surrogates, and above U+10FFFF. */
    if ((*text == 0xe0 && text[1] < 0xa0) || (*text == 0xed && text[1] >= 0xa0) ||
        (*text == 0xf0 && text[1] < 0x90) || (*text == 0xf4 && text[1] >= 0x90))
        return 0;
    return length;
}

void
firn_json_text_write(FILE *out, const char *text, size_t most)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + strnlen(text, most);

    fputc('"', out);
    while (at < end) {
        size_t length = measure(at);

        if (length == 0 || at + length > end) {
            fputs("\\ufffd", out);
            at++;
            continue;
        }
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\u%04x", *at);
        else
            fwrite(at, 1, length, out);
        at += length;
    }
    fputc('"', out);
}
