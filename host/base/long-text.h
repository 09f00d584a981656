/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_long_text:
 * @text: (nullable): any bytes, also of a guest or an image
 *
 * Like firn_printable(), for whole sentences: at most 4096 bytes instead of 256 characters, so that
 * a list of all blockers is not truncated.
 *
 * Returns: (transfer full): printable text; "" for %NULL
 */
char *firn_long_text(const char *text);
