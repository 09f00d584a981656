/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_duration_parse:
 * @text: "30", "500ms", "2m", "1.5h", "7d"; a bare number is in seconds
 * @out_us: (out): microseconds
 *
 * Errors: %G_OPTION_ERROR_BAD_VALUE.
 *
 * Returns: %TRUE if it is a duration
 */
gboolean firn_duration_parse(const char *text, guint64 *out_us, GError **error);

/**
 * firn_duration_format:
 * @duration_us: microseconds
 *
 * Returns: (transfer full): rounded for display: "12 ms", "2.3 s", "3 min 20 s", "4 h 5 min",
 * "12 d"
 */
char *firn_duration_format(guint64 duration_us);

/**
 * firn_duration_unparse:
 * @duration_us: microseconds
 *
 * Returns: (transfer full): text that firn_duration_parse() reads back as the same value: "0s",
 * "500ms", "90s", "2h"
 */
char *firn_duration_unparse(guint64 duration_us);
