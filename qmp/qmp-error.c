/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-error.h"

G_DEFINE_QUARK(firn_qmp_error_quark, firn_qmp_error)
