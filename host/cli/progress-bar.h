/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnProgressBar:
 *
 * One line on stderr that is redrawn; nothing if stderr is not a terminal.
 */
typedef struct _FirnProgressBar FirnProgressBar;

/**
 * firn_progress_bar_new:
 * @is_wanted: %FALSE: never draw
 *
 * Returns: (transfer full): a bar that is not drawn yet
 */
FirnProgressBar *firn_progress_bar_new(gboolean is_wanted);

/**
 * firn_progress_bar_draw:
 * @label: name of the phase; printable
 * @progress: 0.0 to 1.0
 */
void firn_progress_bar_draw(FirnProgressBar *self, const char *label, double progress);

/**
 * firn_progress_bar_wipe:
 *
 * Clears the line for other text.
 */
void firn_progress_bar_wipe(FirnProgressBar *self);

/**
 * firn_progress_bar_free:
 * @self: (nullable): a bar; it is wiped
 */
void firn_progress_bar_free(FirnProgressBar *self);

/**
 * firn_progress_bar_format:
 * @label: name of the phase
 * @progress: 0.0 to 1.0
 *
 * Returns: (transfer full): the line: "[#####---------------] freeze"
 */
char *firn_progress_bar_format(const char *label, double progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnProgressBar, firn_progress_bar_free)
