/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-error.h"

G_DEFINE_QUARK(firn_host_error_quark, firn_host_error)
