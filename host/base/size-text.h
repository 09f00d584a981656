/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_size_text:
 * @bytes: a size
 *
 * Returns: (transfer full): "64.0 MiB", with an ordinary space so that scripts can split it
 */
char *firn_size_text(guint64 bytes);
