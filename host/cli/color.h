/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnColor:
 *
 * Colours by meaning.
 */
typedef enum {
    FIRN_COLOR_NONE,
    FIRN_COLOR_GOOD,
    FIRN_COLOR_CAUTION,
    FIRN_COLOR_BAD,
    FIRN_COLOR_STRONG,
    FIRN_COLOR_FAINT,
} FirnColor;

/**
 * firn_color_is_wanted:
 * @when: "auto", "always" or "never"
 * @fd: where it goes
 *
 * With "auto": on a terminal that is not "dumb", and unless NO_COLOR is set.
 *
 * Returns: whether to paint
 */
gboolean firn_color_is_wanted(const char *when, int fd);

/**
 * firn_color:
 * @paint: a colour
 * @is_on: whether to paint at all
 * @text: printable text
 *
 * Returns: (transfer full): the text, painted
 */
char *firn_color(FirnColor paint, gboolean is_on, const char *text);

/**
 * firn_color_of_snapshot:
 * @verdict: a verdict's word
 * @phase: a phase's word
 *
 * Returns: good for consistent ones, caution for others, bad for those that are not there
 */
FirnColor firn_color_of_snapshot(const char *verdict, const char *phase);
