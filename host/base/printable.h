/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_printable:
 * @text: (nullable): any bytes, also of a guest or an image
 *
 * Makes text safe for terminals, logs and error messages: valid UTF-8, with control, line-breaking
 * and direction-changing characters as \xNN or \uNNNN, at most 256 characters.
 *
 * Returns: (transfer full): printable text; "" for %NULL
 */
char *firn_printable(const char *text);
