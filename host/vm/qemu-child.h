/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQemuChild:
 *
 * A QEMU that was started as a child of firnd, under whatever firnd itself is restricted by, and
 * goes on when firnd ends. Used where no systemd is there to start it.
 *
 * Its messages go to 64 KiB of memory; what comes after them is dropped: QEMU holds its standard
 * error for as long as it lives, and what it writes there may be the guest's doing. Neither
 * that memory being full nor firnd's end is a signal for it.
 */
typedef struct _FirnQemuChild FirnQemuChild;

/**
 * firn_qemu_child_new:
 * @argv: (array zero-terminated=1): the command; an absolute path first
 * @environment: (array zero-terminated=1): what it has
 * @error: return location for a #GError
 *
 * Starts it in a session of its own. Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): what was started
 */
FirnQemuChild *firn_qemu_child_new(const char *const *argv,
                                   const char *const *environment,
                                   GError **error);

/**
 * firn_qemu_child_has_failed:
 * @self: what was started
 * @error: return location for a #GError
 *
 * Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with what it complained of.
 *
 * Returns: %TRUE if it has ended, and not well; one that goes on in the background ends well
 */
gboolean firn_qemu_child_has_failed(FirnQemuChild *self, GError **error);

/**
 * firn_qemu_child_kill:
 * @self: what was started
 *
 * Ends it, unless it has ended. One that went on in the background is not reached.
 */
void firn_qemu_child_kill(FirnQemuChild *self);

/**
 * firn_qemu_child_free:
 * @self: (nullable): what was started; goes on
 */
void firn_qemu_child_free(FirnQemuChild *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuChild, firn_qemu_child_free)
