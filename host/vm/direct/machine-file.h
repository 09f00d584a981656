/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnMachineFile:
 * @name: name of the VM: the file's name without ".conf"
 * @uuid: UUID of the VM, lower case
 * @monitor_path: Unix socket of a QEMU monitor that only firn uses
 * @agent_path: (nullable): Unix socket of the guest agent's port
 * @nvram_path: (nullable): file of its UEFI variables, used while the VM is off
 * @launch: (nullable): command line that starts its QEMU
 * @user: uid that QEMU runs as, if neither root nor firnd's own; else 0
 * @disks: (element-type FirnDisk): target, path and format of the disks, used while the VM is off;
 * may be empty
 *
 * What /etc/firn/machines.d/NAME.conf contains; the explanations on the right are not part of it:
 *
 *     [machine]
 *     uuid=6f1f6b0a-...           required
 *     qmp=/run/web1/qmp           required, absolute
 *     agent=/run/web1/qga         absolute
 *     user=libvirt-qemu           name or number
 *     nvram=/srv/web1.vars.fd     absolute
 *     launch=/usr/bin/qemu-system-x86_64 ...   words quoted as for a shell; an absolute path first
 *     [disks]
 *     vda=/srv/web1.qcow2         absolute; "qcow2:" or "raw:" may stand before it, qcow2 is the
 * default
 */
typedef struct {
    char *name;         /* (owned) */
    char *uuid;         /* (owned) */
    char *monitor_path; /* (owned) */
    char *agent_path;   /* (owned) (nullable) */
    char *nvram_path;   /* (owned) (nullable) */
    char *launch;       /* (owned) (nullable) */
    uid_t user;
    GPtrArray *disks; /* (owned) (element-type FirnDisk) */
} FirnMachineFile;

/**
 * firn_machine_file_read:
 * @path: a file NAME.conf
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT with file and key: an unknown group or key, a comment
 * that is not on a line of its own (except after launch=), or a file that other users could have
 * written (trusted-file.h).
 *
 * Returns: (transfer full): the parsed file; %NULL with @error set
 */
FirnMachineFile *firn_machine_file_read(const char *path, GError **error);

void firn_machine_file_free(FirnMachineFile *self);

/**
 * firn_machine_file_equal:
 * @a: a parsed machine file
 * @b: another one
 *
 * Returns: %TRUE if both have the same content
 */
gboolean firn_machine_file_equal(const FirnMachineFile *a, const FirnMachineFile *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMachineFile, firn_machine_file_free)
