/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "create-job.h"
#include "guest-check.h"
#include "memory-plan.h"
#include "nvram-capture.h"

/**
 * FirnCheck:
 * @params: what is asked for
 * @guest: the VM, and its guest if it will be frozen
 * @disks: (element-type FirnDisk): the disks to cut
 * @devices: (element-type utf8 utf8): of all disks of a running QEMU: root node -> id or QOM path
 * of the guest's device
 * @blockers: (element-type FirnBlocker): why the snapshot cannot be made; @guest adds to the same
 * list
 * @nvram: (nullable): its UEFI variables
 * @memory_plan: (nullable): how its RAM would be saved
 * @trim_complaint: (nullable): what the guest could not trim, for the result's warnings
 * @waiting: (element-type utf8 FirnConfinedProcess): programs that wait for the cut
 * @snapshot: the future record; its evidence holds what was found
 *
 * The result of the check, before anything is changed.
 */
typedef struct {
    const FirnCreateParams *params; /* (unowned) */
    FirnGuestCheck *guest;          /* (owned) */
    GPtrArray *disks;               /* (owned) (element-type FirnDisk) */
    GHashTable *devices;            /* (owned) (element-type utf8 utf8) */
    GPtrArray *blockers;            /* (owned) (element-type FirnBlocker) */
    FirnNvramCapture *nvram;        /* (owned) (nullable) */
    FirnMemoryPlan *memory_plan;    /* (owned) (nullable) */
    char *trim_complaint;           /* (owned) (nullable) */
    GHashTable *waiting;            /* (owned) (element-type utf8 FirnConfinedProcess) */
    FirnSnapshot *snapshot;         /* (owned) */
} FirnCheck;

/**
 * firn_check_run:
 * @params: the request; has to outlive the check
 *
 * Finds all blockers of a snapshot and changes nothing. Job threads only.
 *
 * Returns: (transfer full): what was found, with all blockers at once
 */
FirnCheck *firn_check_run(const FirnCreateParams *params, GCancellable *cancellable);

/**
 * firn_check_wants:
 * @disk: a disk of its VM
 *
 * Returns: whether it will be cut: the guest writes to it, its contents are kept, and it is not
 * excluded
 */
gboolean firn_check_wants(const FirnCheck *self, const FirnDisk *disk);

/**
 * firn_check_accepts_unclean:
 *
 * Returns: whether its VM is off and the caller accepts its disks as they are
 */
gboolean firn_check_accepts_unclean(const FirnCheck *self);

/**
 * firn_check_free:
 * @self: (nullable): a check
 *
 * Releases the agent. Job threads only.
 */
void firn_check_free(FirnCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCheck, firn_check_free)
