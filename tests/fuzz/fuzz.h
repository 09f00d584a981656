/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_fuzz_one:
 * @bytes: an input
 * @length: its bytes
 *
 * What a target is: feeds one input to one reader of firn's and asserts what must hold whatever the
 * input is. Every target defines it.
 */
void firn_fuzz_one(const guint8 *bytes, gsize length);

/**
 * firn_fuzz_assert_printable:
 * @text: what is about to reach a terminal, a log or the bus
 * @characters_max: how long it may be
 *
 * Asserts that @text is valid UTF-8 without control, line-breaking and direction-changing
 * characters.
 */
void firn_fuzz_assert_printable(const char *text, glong characters_max);

/**
 * firn_fuzz_split:
 * @bytes: an input
 * @length: its bytes
 *
 * Cuts an input into lines, each with a NUL byte behind it.
 *
 * Returns: (transfer full) (element-type GString): the lines, without their ends
 */
GPtrArray *firn_fuzz_split(const guint8 *bytes, gsize length);
