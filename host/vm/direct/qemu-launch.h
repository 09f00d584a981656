/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQemuLaunch:
 *
 * A QEMU that was started and keeps running when firnd ends: by systemd, outside the limits of
 * firnd's unit (qemu-unit.h), or as a child where no systemd is available (qemu-child.h).
 */
typedef struct _FirnQemuLaunch FirnQemuLaunch;

/**
 * FirnQemuLaunchSetup:
 * @vm: name of the VM
 * @bus: (nullable): the bus of the systemd that starts it, see firn_service_manager_new(); %NULL:
 * none
 * @command_line: launch= of a machine file: words quoted as for a shell, beginning with an absolute
 * path; not run by a shell
 * @more: (array zero-terminated=1): words to append
 */
typedef struct {
    const char *vm;
    const char *bus; /* (nullable) */
    const char *command_line;
    const char *const *more;
} FirnQemuLaunchSetup;

/**
 * firn_qemu_launch_new:
 * @setup: what to start
 *
 * Starts QEMU in a session of its own, with firnd's environment except what is specific to its
 * service (launch-environment.h), in the folder "/", with umask 077. Blocks; job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): the started QEMU
 */
FirnQemuLaunch *firn_qemu_launch_new(const FirnQemuLaunchSetup *setup, GError **error);

/**
 * firn_qemu_launch_has_failed:
 *
 * Blocks; job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with its error message.
 *
 * Returns: %TRUE if it has exited with a failure; a QEMU that daemonizes exits successfully
 */
gboolean firn_qemu_launch_has_failed(FirnQemuLaunch *self, GError **error);

/**
 * firn_qemu_launch_kill:
 *
 * Kills QEMU unless it has exited. Does not reach a child that has daemonized: use its monitor.
 * Blocks; job threads only.
 */
void firn_qemu_launch_kill(FirnQemuLaunch *self);

void firn_qemu_launch_free(FirnQemuLaunch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuLaunch, firn_qemu_launch_free)
