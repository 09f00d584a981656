/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnFoundSnapshot:
 * @tag: its name on the disks
 * @disks: (element-type FirnDisk): those that have it, each once
 * @listed: (nullable): what the VM's source knows of it
 * @excluded: (element-type utf8): targets that its maker left out
 * @found_by: uid of who wants it adopted
 *
 * A snapshot that others have made, on all disks that it should be on.
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
 * @name: what it is to be called
 *
 * firn was not there when it was made, so its verdict is `crash`, also with RAM, and of a VM that
 * was off: nobody tells how its guest had ended. That it was off is believed if the VM's source
 * says so, and the tables of all disks say that no QEMU had run the guest: the source's word alone
 * is not enough, since firn itself lets libvirt list snapshots of running VMs as ones of a VM that
 * was off.
 *
 * Returns: (transfer full): its record, without a parent
 */
FirnSnapshot *firn_adopted_record_new(const FirnFoundSnapshot *found, const char *name);
