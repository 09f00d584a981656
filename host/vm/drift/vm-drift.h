/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnVmDrift:
 * @is_compared: whether it was compared with a snapshot's configuration; not if none is recorded,
 * or the policy says drift-guard=off
 * @drift: (array zero-terminated=1): how the VM's configuration differs from the snapshot's
 * @pending: (array zero-terminated=1): what changes at the next start of the VM: how its definition
 * differs from its live configuration
 * @missing: (nullable) (array zero-terminated=1): what a VM that is off would not start without;
 * %NULL: not checked
 *
 * Differences in a VM's configuration, as printable sentences: "memory 512 MiB -> 1024 MiB".
 */
typedef struct {
    gboolean is_compared;
    GStrv drift;   /* (owned) */
    GStrv pending; /* (owned) */
    GStrv missing; /* (owned) (nullable) */
} FirnVmDrift;

/**
 * firn_vm_drift_list_pending:
 * @definition: (nullable): what the VM starts with
 * @live: (nullable): what it runs with
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): what changes at its next start, as in #FirnVmDrift; empty if one of the
 * two is missing; %NULL with @error set
 */
GStrv firn_vm_drift_list_pending(const char *definition, const char *live, GError **error);

/**
 * firn_vm_drift_read:
 * @snapshot: (nullable): one of its records to compare with
 *
 * Asks the source for the definition and the live configuration. Blocks: job threads only.
 *
 * Errors: those of the slot "describe"; %FIRN_HOST_ERROR_INCONSISTENT if a definition cannot be
 * read.
 *
 * Returns: (transfer full): the differences; %NULL with @error set
 */
FirnVmDrift *firn_vm_drift_read(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_drift_check_needs:
 *
 * Sets @missing, if the VM is off. Blocks: job threads only.
 */
void firn_vm_drift_check_needs(FirnVmDrift *self, FirnVm *vm);

/**
 * firn_vm_drift_list_machine:
 * @snapshot: one of its records that has RAM
 * @out_is_known: (out): whether both machines are known and were compared
 *
 * Compares the machine whose RAM was saved with the machine that the VM would start with,
 * independently of the drift policy: RAM can only be loaded into the same machine. Blocks: job
 * threads only.
 *
 * Errors: as firn_vm_drift_read().
 *
 * Returns: (transfer full) (array zero-terminated=1): the differences, as printable sentences;
 * %NULL with @error set
 */
GStrv firn_vm_drift_list_machine(FirnVm *vm,
                                 const FirnSnapshot *snapshot,
                                 gboolean *out_is_known,
                                 GError **error);

/**
 * firn_vm_drift_find_qemu:
 *
 * Asks the source what the VM is started with. Blocks: job threads only.
 *
 * Returns: (transfer full) (nullable): the QEMU, as firn_qemu_version_ask() takes it; %NULL if it
 * is unknown
 */
char *firn_vm_drift_find_qemu(FirnVm *vm);

void firn_vm_drift_free(FirnVmDrift *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnVmDrift, firn_vm_drift_free)
