/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-error.h"

/* Without hyphens, because clang-format takes them for minus signs. */
G_DEFINE_QUARK(firn_engine_error, firn_engine_error)
