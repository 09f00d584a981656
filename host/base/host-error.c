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
