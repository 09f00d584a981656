/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_foreign_text_clip:
 * @text: (nullable): what a guest, an image or a tool said
 * @characters_max: how much of it is kept
 *
 * For keeping: the characters stay as they are.
 *
 * Returns: (transfer full): valid UTF-8 of at most @characters_max characters; "" for %NULL
 */
char *firn_foreign_text_clip(const char *text, guint characters_max);

/**
 * firn_foreign_text_printable:
 * @text: (nullable): what a guest, an image or a tool said
 * @characters_max: how long the result may be
 *
 * For messages: what could steer a terminal (control and bidirectional formatting characters)
 * becomes \xNN or \u{NNNN}.
 *
 * Returns: (transfer full): valid UTF-8 of at most @characters_max characters; "" for %NULL
 */
char *firn_foreign_text_printable(const char *text, guint characters_max);
