/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_fuzz_one:
 * @bytes: an input
 * @length: its length in bytes
 *
 * Feeds one input to one of firn's readers, and asserts what must hold for every input. Each target
 * defines it.
 */
void firn_fuzz_one(const guint8 *bytes, gsize length);

/**
 * firn_fuzz_assert_printable:
 * @text: text for a terminal, a log or the bus
 * @characters_max: its maximal length
 *
 * Asserts that @text is valid UTF-8 without control, line-breaking and direction-changing
 * characters.
 */
void firn_fuzz_assert_printable(const char *text, glong characters_max);

/**
 * firn_fuzz_split:
 * @bytes: an input
 * @length: its length in bytes
 *
 * Splits an input into lines, each NUL-terminated.
 *
 * Returns: (transfer full) (element-type GString): the lines, without their ends
 */
GPtrArray *firn_fuzz_split(const guint8 *bytes, gsize length);
