/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>

bool
firn_reason_set(FirnReason *self, const char *format, ...)
{
    va_list rest;

    if (self == NULL)
        return false;
    va_start(rest, format);
    vsnprintf(self->text, sizeof self->text, format, rest);
    va_end(rest);
    return false;
}
