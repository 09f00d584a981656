/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnMachineFile:
 * @name: name of the VM: the file's name without ".conf"
 * @uuid: identity of the VM, lower case
 * @monitor_path: Unix socket of a QEMU monitor that is there for firn
 * @agent_path: (nullable): Unix socket of the guest agent's port
 * @nvram_path: (nullable): file of its UEFI variables, for the time when the VM is off
 * @launch: (nullable): command line that starts its QEMU
 * @user: uid that QEMU runs as, if neither root nor firnd's own; 0 otherwise
 * @disks: (element-type FirnDisk): target, path and format of the disks, for the time when the VM
 * is off; may be empty
 *
 * What /etc/firn/machines.d/NAME.conf says (the remarks here would be refused there):
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
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT: a sentence with file and key; unknown groups and keys
 * are errors, and remarks that do not stand on lines of their own (but behind launch=); so is a
 * file that others could have written (trusted-file.h).
 *
 * Returns: (transfer full): what it says; %NULL with @error set
 */
FirnMachineFile *firn_machine_file_read(const char *path, GError **error);

/**
 * firn_machine_file_free:
 * @self: (nullable): what a file says
 */
void firn_machine_file_free(FirnMachineFile *self);

/**
 * firn_machine_file_equal:
 * @a: what a file says
 * @b: what a file says
 *
 * Returns: %TRUE if both say the same
 */
gboolean firn_machine_file_equal(const FirnMachineFile *a, const FirnMachineFile *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMachineFile, firn_machine_file_free)
