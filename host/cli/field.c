/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "field.h"

#include "printable.h"

void
firn_field_print_painted(const char *label, const char *text)
{
    g_print("%-14s%s\n", label, *text == '\0' ? "-" : text);
}

void
firn_field_print(const char *label, const char *text)
{
    g_autofree char *printable = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);

    firn_field_print_painted(label, printable);
}
