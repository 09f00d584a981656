/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "state-dir.h"

#define FIRN_LEASE_SUFFIX ".json"

/**
 * FirnLease:
 * @vm_uuid: the VM
 * @vm_name: its name, for messages
 * @since_us: when a freeze or a pause was about to be sent, microseconds since the epoch
 * @uri: (nullable): the libvirt of the domain; %NULL: a direct VM
 * @agent_path: (nullable): socket of its guest agent; %NULL: through libvirt
 * @monitor_path: (nullable): socket of its QEMU's monitor; %NULL: through libvirt
 * @is_stopped: firn may have paused the guest, and has not frozen it
 * @user: uid that may own the sockets besides root and firnd's own; 0: none
 *
 * The durable note that a guest may be frozen or paused, RUNTIMEDIR/leases/UUID.json. It is written
 * before firnd freezes or pauses the guest, and removed once the guest is known to be thawed,
 * resumed, or gone. It holds what is needed to thaw or resume the guest without firnd. The folder
 * is on a tmpfs: a lease survives firnd, but not a reboot of the host, which no guest survives
 * either.
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

void firn_lease_free(FirnLease *self);

/**
 * firn_lease_file_name:
 *
 * Returns: (transfer full): file name of its lease
 */
char *firn_lease_file_name(const char *vm_uuid);

/**
 * firn_lease_write:
 * @leases: folder of the leases
 *
 * Errors: as firn_state_dir_replace().
 *
 * Returns: %TRUE once the file is complete
 */
gboolean firn_lease_write(const FirnLease *self, FirnStateDir *leases, GError **error);

/**
 * firn_lease_to_text:
 *
 * Returns: (transfer full): content of its file
 */
char *firn_lease_to_text(const FirnLease *self);

/**
 * firn_lease_parse:
 * @text: content of a lease file, followed by a NUL byte
 * @length: length of @text in bytes
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED, %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the lease; %NULL with @error set
 */
FirnLease *firn_lease_parse(const char *text, gsize length, GError **error);

/**
 * firn_lease_read:
 * @leases: folder of the leases
 * @name: file name in that folder
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the lease; %NULL with @error set
 */
FirnLease *firn_lease_read(FirnStateDir *leases, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLease, firn_lease_free)
