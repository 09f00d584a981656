/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-error.h"

G_DEFINE_QUARK(firn_host_error_quark, firn_host_error)

gboolean
firn_host_error_set(GError **error, FirnHostError code, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    g_propagate_error(error, g_error_new_valist(FIRN_HOST_ERROR, code, format, values));
    va_end(values);
    return FALSE;
}

void
firn_host_error_append(GError **error, const char *format, ...)
{
    g_autofree char *cause = error == NULL || *error == NULL ? NULL : (*error)->message;
    g_autofree char *more = NULL;
    va_list values;

    if (cause == NULL)
        return;
    va_start(values, format);
    more = g_strdup_vprintf(format, values);
    va_end(values);
    (*error)->message = g_strdup_printf("%s (and %s)", cause, more);
}
