/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <stdio.h>
#include <string.h>

bool
firn_text_widen(const char *text, wchar_t *out_wide, size_t size)
{
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, out_wide, (int)size) > 0)
        return true;
    out_wide[0] = L'\0';
    return false;
}

bool
firn_text_narrow(const wchar_t *wide, char *out_text, size_t size)
{
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, out_text, (int)size, NULL, NULL) > 0)
        return true;
    out_text[0] = '\0';
    return false;
}

void
firn_text_convert_output(FirnOutputTail *self)
{
    wchar_t wide[FIRN_OUTPUT_TAIL_SIZE];
    char text[3 * FIRN_OUTPUT_TAIL_SIZE];
    int n_wide = 0, n_text = 0;

    if (self->length == 0)
        return;
    n_wide = MultiByteToWideChar(CP_OEMCP,
                                 0,
                                 self->bytes,
                                 (int)self->length,
                                 wide,
                                 FIRN_OUTPUT_TAIL_SIZE);
    n_text = WideCharToMultiByte(CP_UTF8, 0, wide, n_wide, text, sizeof text, NULL, NULL);
    self->length = 0;
    firn_output_tail_append(self, text, n_text > 0 ? (size_t)n_text : 0);
}

void
firn_text_describe_guid(const GUID *guid, char *out_text)
{
    const unsigned char *tail = guid->Data4;

    snprintf(out_text,
             40,
             "{%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}",
             guid->Data1,
             guid->Data2,
             guid->Data3,
             tail[0],
             tail[1],
             tail[2],
             tail[3],
             tail[4],
             tail[5],
             tail[6],
             tail[7]);
}
