/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_foreign_text_clip:
 * @text: (nullable): text from a guest, an image or a tool
 * @characters_max: maximal length of the result
 *
 * For storing: the characters are not changed.
 *
 * Returns: (transfer full): valid UTF-8 of at most @characters_max characters; "" for %NULL
 */
char *firn_foreign_text_clip(const char *text, guint characters_max);
