/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQemuChild:
 *
 * A QEMU that firnd starts as its child process, within the limits of firnd's own unit; it keeps
 * running when firnd ends. Used where no systemd can start it.
 *
 * Its messages go to 64 KiB of memory, and any more are discarded: QEMU keeps its standard error
 * open for its whole life, and the guest may cause what it writes there. Neither a full buffer nor
 * the end of firnd sends it a signal.
 */
typedef struct _FirnQemuChild FirnQemuChild;

/**
 * firn_qemu_child_new:
 * @argv: (array zero-terminated=1): the command, beginning with an absolute path
 * @environment: (array zero-terminated=1): its environment
 *
 * Starts QEMU in a session of its own. Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): the started QEMU
 */
FirnQemuChild *firn_qemu_child_new(const char *const *argv,
                                   const char *const *environment,
                                   GError **error);

/**
 * firn_qemu_child_has_failed:
 *
 * Any thread.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with its error message.
 *
 * Returns: %TRUE if it has exited with a failure; a QEMU that daemonizes exits successfully
 */
gboolean firn_qemu_child_has_failed(FirnQemuChild *self, GError **error);

/**
 * firn_qemu_child_kill:
 *
 * Kills QEMU unless it has exited. Does not reach a QEMU that has daemonized.
 */
void firn_qemu_child_kill(FirnQemuChild *self);

void firn_qemu_child_free(FirnQemuChild *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuChild, firn_qemu_child_free)
