/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnFoundSnapshot:
 * @tag: its name on the disks
 * @disks: (element-type FirnDisk): those that have it, each once
 * @listed: (nullable): what the VM's source knows of it
 * @excluded: (element-type utf8): targets that its creator excluded
 * @found_by: uid of the caller that adopts it
 *
 * A snapshot that another tool has made, with all disks that should have it.
 */
typedef struct {
    const char *tag;                  /* (unowned) */
    GPtrArray *disks;                 /* (unowned) */
    const FirnListedSnapshot *listed; /* (unowned) (nullable) */
    GPtrArray *excluded;              /* (unowned) */
    guint found_by;
} FirnFoundSnapshot;

/**
 * firn_adopted_record_new:
 * @found: a snapshot
 * @name: its name in the catalogue
 *
 * firn was not there when it was made, so its verdict is `crash`, also with RAM, and also for a VM
 * that was off: how the guest had ended is unknown. That the VM was off is believed if the VM's
 * source says so and the tables of all disks show that no QEMU had run the guest. The source alone
 * is not enough, because firn itself lets libvirt list snapshots of running VMs as if the VM had
 * been off.
 *
 * Returns: (transfer full): its record, without a parent
 */
FirnSnapshot *firn_adopted_record_new(const FirnFoundSnapshot *found, const char *name);
