/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* As long as whole sentences, so that a list of all blockers is not cut. */
#define FIRN_PRINTABLE_SENTENCES 4096

/**
 * firn_printable:
 * @text: (nullable): any bytes: of a guest, an image, a tool, a file, a caller
 *
 * firn_printable_clip() with 256 characters: for a name, a path or a line.
 *
 * Returns: (transfer full): printable text; "" for %NULL
 */
char *firn_printable(const char *text);

/**
 * firn_printable_clip:
 * @text: (nullable): any bytes: of a guest, an image, a tool, a file, a caller
 * @characters_max: maximal length of the result, at least 3
 *
 * Makes text safe for terminals, logs and error messages, and two texts that differ look different.
 * By their Unicode categories, characters that control the terminal or the layout, are invisible
 * or have no agreed shape become \xNN, \uNNNN or \UNNNNNNNN; so do combining marks without a base,
 * which would change what firn prints before them. Each byte that is not UTF-8 becomes \xNN. What
 * is too long ends with "..."; no escape is cut.
 *
 * Returns: (transfer full): valid UTF-8 of at most @characters_max characters; "" for %NULL
 */
char *firn_printable_clip(const char *text, guint characters_max);
