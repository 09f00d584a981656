/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnQemuLaunch:
 *
 * A QEMU that was started, and goes on when firnd ends: by systemd, outside everything that
 * restricts firnd (qemu-unit.h), or as a child where no systemd is there (qemu-child.h).
 */
typedef struct _FirnQemuLaunch FirnQemuLaunch;

/**
 * FirnQemuLaunchSetup:
 * @vm: name of the VM
 * @bus: (nullable): the bus whose systemd starts it, as for firn_service_manager_new(); %NULL: none
 * @command_line: what a machine file says under "launch": words quoted as for a shell, the first an
 * absolute path; no shell reads it
 * @more: (array zero-terminated=1): words that follow it
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
 * @error: return location for a #GError
 *
 * Starts it: in a session of its own, with firnd's environment less what is the service's
 * (launch-environment.h), in the folder "/", with umask 077. Blocks; job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): what was started
 */
FirnQemuLaunch *firn_qemu_launch_new(const FirnQemuLaunchSetup *setup, GError **error);

/**
 * firn_qemu_launch_has_failed:
 * @self: what was started
 * @error: return location for a #GError
 *
 * Blocks; job threads only.
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
 * Ends it, unless it has ended. A child that went on in the background is not reached: its monitor
 * has to be told. Blocks; job threads only.
 */
void firn_qemu_launch_kill(FirnQemuLaunch *self);

/**
 * firn_qemu_launch_free:
 * @self: (nullable): what was started; goes on
 */
void firn_qemu_launch_free(FirnQemuLaunch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuLaunch, firn_qemu_launch_free)
