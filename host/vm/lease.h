/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "state-dir.h"

#define FIRN_LEASE_SUFFIX ".json"

/**
 * FirnLease:
 * @vm_uuid: the VM
 * @vm_name: its name, for people
 * @since_us: when a freeze, or a stop, was about to be sent, microseconds since the epoch
 * @uri: (nullable): the libvirt whose domain it is; %NULL: a direct VM
 * @agent_path: (nullable): socket of its guest agent; %NULL: libvirt's
 * @monitor_path: (nullable): socket of its QEMU's monitor; %NULL: libvirt's
 * @is_stopped: it may stand still because of firn, and is not frozen
 * @user: uid that may own the sockets besides root and firnd's own; or 0
 *
 * The note that a guest may be frozen, or stand still, RUNTIMEDIR/leases/UUID.json: written before
 * the freeze or the stop is sent, removed once the guest is known to be thawed, to go on, or to be
 * gone. Holds what is needed for that when firnd is no more. The folder is on a tmpfs: a lease
 * outlives firnd, not the host, and neither do guests.
 */
typedef struct {
    char *vm_uuid; /* (owned) */
    char *vm_name; /* (owned) */
    gint64 since_us;
    char *uri;          /* (owned) (nullable) */
    char *agent_path;   /* (owned) (nullable) */
    char *monitor_path; /* (owned) (nullable) */
    gboolean is_stopped;
    uid_t user;
} FirnLease;

/**
 * firn_lease_free:
 * @self: (nullable): a lease
 */
void firn_lease_free(FirnLease *self);

/**
 * firn_lease_file_name:
 * @vm_uuid: a VM
 *
 * Returns: (transfer full): name of its lease's file
 */
char *firn_lease_file_name(const char *vm_uuid);

/**
 * firn_lease_write:
 * @self: a lease
 * @leases: where leases are
 * @error: return location for a #GError
 *
 * Errors: as firn_state_dir_replace().
 *
 * Returns: %TRUE once it is there as a whole
 */
gboolean firn_lease_write(const FirnLease *self, FirnStateDir *leases, GError **error);

/**
 * firn_lease_to_text:
 * @self: a lease
 *
 * Returns: (transfer full): what stands in its file
 */
char *firn_lease_to_text(const FirnLease *self);

/**
 * firn_lease_parse:
 * @text: what stands in a lease's file; a NUL byte follows it
 * @length: its bytes
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED, %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the lease; %NULL with @error set
 */
FirnLease *firn_lease_parse(const char *text, gsize length, GError **error);

/**
 * firn_lease_read:
 * @leases: where leases are
 * @name: of a file there
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the lease; %NULL with @error set
 */
FirnLease *firn_lease_read(FirnStateDir *leases, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLease, firn_lease_free)
