/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnPaint:
 *
 * Colours by meaning.
 */
typedef enum {
    FIRN_PAINT_NONE,
    FIRN_PAINT_GOOD,
    FIRN_PAINT_CAUTION,
    FIRN_PAINT_BAD,
    FIRN_PAINT_STRONG,
    FIRN_PAINT_FAINT,
} FirnPaint;

/**
 * firn_paint_wants_colour:
 * @when: "auto", "always" or "never"
 * @fd: where it goes
 *
 * With "auto": on a terminal that is not "dumb", and unless NO_COLOR is set.
 *
 * Returns: whether to paint
 */
gboolean firn_paint_wants_colour(const char *when, int fd);

/**
 * firn_paint:
 * @paint: a colour
 * @is_on: whether to paint at all
 * @text: printable text
 *
 * Returns: (transfer full): the text, painted
 */
char *firn_paint(FirnPaint paint, gboolean is_on, const char *text);

/**
 * firn_paint_of_snapshot:
 * @verdict: a verdict's word
 * @phase: a phase's word
 *
 * Returns: good for consistent ones, caution for others, bad for those that are not there
 */
FirnPaint firn_paint_of_snapshot(const char *verdict, const char *phase);
