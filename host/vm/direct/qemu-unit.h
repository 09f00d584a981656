/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-manager.h"

/**
 * FirnQemuUnit:
 *
 * A QEMU that systemd starts for firnd: a transient service in machine.slice, outside firnd's
 * cgroup and the limits of firnd's unit. It is active while any of its processes runs, whether QEMU
 * daemonizes or not, and is unloaded after the last one. Its standard error goes to the journal.
 * All functions block: for job threads.
 */
typedef struct _FirnQemuUnit FirnQemuUnit;

/**
 * firn_qemu_unit_dup_name:
 * @vm: name of a VM
 *
 * Returns: (transfer full): a unique name for its service: firn-qemu-@vm, and eight hexadecimal
 * digits
 */
char *firn_qemu_unit_dup_name(const char *vm);

/**
 * firn_qemu_unit_new:
 * @manager: (transfer full): a systemd
 * @vm: name of the VM
 * @argv: (array zero-terminated=1): the command, beginning with an absolute path
 * @environment: (array zero-terminated=1): its environment
 *
 * Asks systemd to start QEMU.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if systemd refuses, and nothing was started;
 * %FIRN_HOST_ERROR_FAILED if the outcome is unknown.
 *
 * Returns: (transfer full): the started QEMU; %NULL with @error set
 */
FirnQemuUnit *firn_qemu_unit_new(FirnServiceManager *manager,
                                 const char *vm,
                                 const char *const *argv,
                                 const char *const *environment,
                                 GError **error);

/**
 * firn_qemu_unit_has_failed:
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with its error message.
 *
 * Returns: %TRUE if its command has exited with a failure; a QEMU that daemonizes exits
 * successfully
 */
gboolean firn_qemu_unit_has_failed(FirnQemuUnit *self, GError **error);

/**
 * firn_qemu_unit_kill:
 *
 * Kills all its processes.
 */
void firn_qemu_unit_kill(FirnQemuUnit *self);

void firn_qemu_unit_free(FirnQemuUnit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuUnit, firn_qemu_unit_free)
