/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQemuLaunch:
 *
 * A QEMU that was started, and goes on when firnd ends.
 */
typedef struct _FirnQemuLaunch FirnQemuLaunch;

/**
 * firn_qemu_launch_new:
 * @command_line: what a machine file says under "launch": words quoted as for a shell, the first an
 * absolute path; no shell reads it
 * @more: (array zero-terminated=1): words that follow it
 * @error: return location for a #GError
 *
 * Starts it in a session of its own. Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): what was started
 */
FirnQemuLaunch *firn_qemu_launch_new(const char *command_line,
                                     const char *const *more,
                                     GError **error);

/**
 * firn_qemu_launch_has_failed:
 * @self: what was started
 * @error: return location for a #GError
 *
 * Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with what it complained of.
 *
 * Returns: %TRUE if it has ended, and not well; one that goes on in the background ends well
 */
gboolean firn_qemu_launch_has_failed(FirnQemuLaunch *self, GError **error);

/**
 * firn_qemu_launch_kill:
 * @self: what was started
 *
 * Ends it, unless it has ended.
 */
void firn_qemu_launch_kill(FirnQemuLaunch *self);

/**
 * firn_qemu_launch_free:
 * @self: (nullable): what was started; goes on
 */
void firn_qemu_launch_free(FirnQemuLaunch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuLaunch, firn_qemu_launch_free)
