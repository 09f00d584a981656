/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-error.h"

G_DEFINE_QUARK(firn_qmp_error_quark, firn_qmp_error)

gboolean
firn_qmp_error_is_unavailable(const GError *error)
{
    return g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND) ||
           g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED);
}
