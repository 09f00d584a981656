/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnGuestInfo:
 * @version: the agent's version; text from the guest
 * @os_id: (nullable): "debian", "mswindows" ...
 * @os_name: (nullable): for display
 * @has_freeze: the agent can freeze, thaw and report the status
 * @is_freeze_disabled: the agent knows these commands, but they are disabled
 * @has_file_systems: the agent can list file systems
 * @has_files: the agent permits to read and write files
 * @has_exec: the agent permits to run programs
 * @blocked: (nullable): which of these commands it knows but has disabled, for display
 *
 * What a guest agent can do.
 */
typedef struct {
    char *version; /* (owned) */
    char *os_id;   /* (owned) (nullable) */
    char *os_name; /* (owned) (nullable) */
    gboolean has_freeze;
    gboolean is_freeze_disabled;
    gboolean has_file_systems;
    gboolean has_files;
    gboolean has_exec;
    char *blocked; /* (owned) (nullable) */
} FirnGuestInfo;

/**
 * firn_guest_info_query:
 * @agent: a synchronised channel
 * @deadline_ms: how long to wait for each answer
 *
 * Source: guest-info since 0.15.0; guest-get-osinfo since 2.10, skipped where it is missing.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the facts; %NULL with @error set
 */
FirnGuestInfo *firn_guest_info_query(FirnChannel *agent,
                                     guint deadline_ms,
                                     GCancellable *cancellable,
                                     GError **error);

void firn_guest_info_free(FirnGuestInfo *self);

/**
 * FirnGuestFileSystemFunc:
 * @mountpoint: where it is mounted; text from the guest
 * @type: "ext4" ...; text from the guest
 * @device: name of the device below; text from the guest
 * @addresses: (nullable) (array zero-terminated=1): addresses of the disks that contain it, as from
 * firn_disk_address_new(); %NULL unless the agent reports the address of each of them
 * @user_data: as given
 */
typedef void (*FirnGuestFileSystemFunc)(const char *mountpoint,
                                        const char *type,
                                        const char *device,
                                        const char *const *addresses,
                                        gpointer user_data);

/**
 * firn_guest_info_each_file_system:
 * @agent: a synchronised channel
 * @deadline_ms: how long to wait
 * @function: called for each mounted file system that has a block device
 * @user_data: for @function
 *
 * Source: guest-get-fsinfo, since 2.2. For a file system on LVM or RAID, qemu-ga for Linux lists
 * all the disks below.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: %TRUE if the agent listed them
 */
gboolean firn_guest_info_each_file_system(FirnChannel *agent,
                                          guint deadline_ms,
                                          GCancellable *cancellable,
                                          FirnGuestFileSystemFunc function,
                                          gpointer user_data,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestInfo, firn_guest_info_free)
