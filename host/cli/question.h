/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_question_can_ask:
 *
 * Returns: whether somebody sits at a terminal; who is not there has to have said yes before
 */
gboolean firn_question_can_ask(void);

/**
 * firn_question_ask:
 * @format: (printf): a question, printable
 * @...: for @format
 *
 * Asks on stderr, and reads a line from stdin. Anything but a yes, also the end of the input, is a
 * no.
 *
 * Returns: whether the answer is yes
 */
gboolean firn_question_ask(const char *format, ...) G_GNUC_PRINTF(1, 2);
