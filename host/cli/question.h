/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_question_can_ask:
 *
 * Returns: whether stdin and stderr are a terminal; otherwise an option has to give the consent
 */
gboolean firn_question_can_ask(void);

/**
 * firn_question_ask:
 * @format: (printf): a question, printable
 * @...: for @format
 *
 * Asks on stderr, and reads a line from stdin. Anything but yes, also the end of input, means no.
 *
 * Returns: whether the answer is yes
 */
gboolean firn_question_ask(const char *format, ...) G_GNUC_PRINTF(1, 2);
