/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "service-manager.h"

/**
 * FirnQemuUnit:
 *
 * A QEMU that systemd has started for firnd: a transient service of its own below machine.slice,
 * outside firnd's cgroup and whatever firnd's own unit restricts. It lives for as long as one of
 * its processes does, whether the command stays or goes on in the background, and is forgotten with
 * the last. Its standard error is the journal's. All of it blocks: for job threads.
 */
typedef struct _FirnQemuUnit FirnQemuUnit;

/**
 * firn_qemu_unit_dup_name:
 * @vm: name of a VM
 *
 * Returns: (transfer full): a name for its service that no other has had: firn-qemu-@vm, and eight
 * hexadecimal digits
 */
char *firn_qemu_unit_dup_name(const char *vm);

/**
 * firn_qemu_unit_new:
 * @manager: (transfer full): a systemd
 * @vm: name of the VM
 * @argv: (array zero-terminated=1): the command; an absolute path first
 * @environment: (array zero-terminated=1): what it has
 * @error: return location for a #GError
 *
 * Asks systemd to start it.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if systemd will not have it, and nothing was started;
 * %FIRN_HOST_ERROR_FAILED if nobody knows.
 *
 * Returns: (transfer full): what was started; %NULL with @error set
 */
FirnQemuUnit *firn_qemu_unit_new(FirnServiceManager *manager,
                                 const char *vm,
                                 const char *const *argv,
                                 const char *const *environment,
                                 GError **error);

/**
 * firn_qemu_unit_has_failed:
 * @self: what was started
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, with what it complained of.
 *
 * Returns: %TRUE if its command has ended, and not well; one that goes on in the background ends
 * well
 */
gboolean firn_qemu_unit_has_failed(FirnQemuUnit *self, GError **error);

/**
 * firn_qemu_unit_kill:
 * @self: what was started
 *
 * Ends all its processes.
 */
void firn_qemu_unit_kill(FirnQemuUnit *self);

/**
 * firn_qemu_unit_free:
 * @self: (nullable): what was started; goes on
 */
void firn_qemu_unit_free(FirnQemuUnit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnQemuUnit, firn_qemu_unit_free)
