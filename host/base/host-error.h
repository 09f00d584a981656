/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnHostError:
 * @FIRN_HOST_ERROR_FAILED: a failure that no caller handles specially
 * @FIRN_HOST_ERROR_INVALID_ARGUMENT: an option or value is not valid
 * @FIRN_HOST_ERROR_NOT_FOUND: no such VM, snapshot or job
 * @FIRN_HOST_ERROR_EXISTS: the name is in use
 * @FIRN_HOST_ERROR_BUSY: another job changes the VM, or another program works on its disks
 * @FIRN_HOST_ERROR_TIMED_OUT: the job's deadline passed
 * @FIRN_HOST_ERROR_NOT_AUTHORIZED: the caller may not do this
 * @FIRN_HOST_ERROR_NOT_SUPPORTED: the VM's disks or state do not allow it
 * @FIRN_HOST_ERROR_AGENT_UNAVAILABLE: no guest agent answers
 * @FIRN_HOST_ERROR_FREEZE_FAILED: not all file systems of the guest could be frozen
 * @FIRN_HOST_ERROR_FREEZE_TIMEOUT: the guest agent did not answer the freeze in time
 * @FIRN_HOST_ERROR_FREEZE_EXPIRED: the guest did not stay frozen until the cut was made
 * @FIRN_HOST_ERROR_GUEST_FROZEN: another program has frozen the guest
 * @FIRN_HOST_ERROR_LIMIT_REACHED: the VM has as many snapshots as its policy allows
 * @FIRN_HOST_ERROR_NO_SPACE: the storage is full
 * @FIRN_HOST_ERROR_HAS_CHILDREN: the snapshot has children
 * @FIRN_HOST_ERROR_NEEDS_FORCE: data would be lost, and the caller has not accepted that
 * @FIRN_HOST_ERROR_IMAGE_IN_USE: another process has an image open
 * @FIRN_HOST_ERROR_INCONSISTENT: catalogue and disks disagree, or the catalogue cannot be read
 * @FIRN_HOST_ERROR_VM_UNREACHABLE: QEMU's monitor does not answer
 * @FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED: the guest would have to be paused, and the caller has not
 * accepted that
 * @FIRN_HOST_ERROR_INTERRUPTED: firnd ended during the job
 *
 * What can fail on the host. One code for each D-Bus error name and exit status: see
 * host/service/bus-error.c.
 */
typedef enum {
    FIRN_HOST_ERROR_FAILED,
    FIRN_HOST_ERROR_INVALID_ARGUMENT,
    FIRN_HOST_ERROR_NOT_FOUND,
    FIRN_HOST_ERROR_EXISTS,
    FIRN_HOST_ERROR_BUSY,
    FIRN_HOST_ERROR_TIMED_OUT,
    FIRN_HOST_ERROR_NOT_AUTHORIZED,
    FIRN_HOST_ERROR_NOT_SUPPORTED,
    FIRN_HOST_ERROR_AGENT_UNAVAILABLE,
    FIRN_HOST_ERROR_FREEZE_FAILED,
    FIRN_HOST_ERROR_FREEZE_TIMEOUT,
    FIRN_HOST_ERROR_FREEZE_EXPIRED,
    FIRN_HOST_ERROR_GUEST_FROZEN,
    FIRN_HOST_ERROR_LIMIT_REACHED,
    FIRN_HOST_ERROR_NO_SPACE,
    FIRN_HOST_ERROR_HAS_CHILDREN,
    FIRN_HOST_ERROR_NEEDS_FORCE,
    FIRN_HOST_ERROR_IMAGE_IN_USE,
    FIRN_HOST_ERROR_INCONSISTENT,
    FIRN_HOST_ERROR_VM_UNREACHABLE,
    FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED,
    FIRN_HOST_ERROR_INTERRUPTED,
} FirnHostError;

#define FIRN_HOST_ERROR (firn_host_error_quark())
GQuark firn_host_error_quark(void);

/**
 * firn_host_error_set:
 * @code: what has failed
 * @format: as for printf()
 *
 * Sets an error of the domain %FIRN_HOST_ERROR.
 *
 * Returns: %FALSE
 */
gboolean firn_host_error_set(GError **error, FirnHostError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/**
 * firn_host_error_append:
 * @error: (inout) (optional): an error of any domain, if there is one
 * @format: as for printf(): a part of a sentence
 *
 * Says what else went wrong, after the cause.
 */
void firn_host_error_append(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
