/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "guest-check.h"

#define FIRN_RESTORE_GRACE_MS_DEFAULT 60000

/**
 * FirnRestoreParams:
 * @vm: the VM
 * @backend: stores its disks
 * @key: (nullable): the snapshot, as for firn_catalogue_lookup(); %NULL: what was kept when the VM
 * last went back, to undo that
 * @disks: (nullable): targets of the disks that go back; %NULL: all that the snapshot has
 * @run_after: (nullable): "running", "paused" or "off"; %NULL: as it was
 * @is_to_stop: a VM that runs is shut down for it
 * @grace_ms: how long its guest may take to shut down before the plug is pulled
 * @accepts_inconsistent: also if nothing proves that the snapshot is consistent
 * @drops_bitmaps: dirty bitmaps of backup tools may go, whose next backup has to be a full one then
 * @is_forced: also if disks have been resized since: they get their size of then; and if the
 * machine is another than that which RAM was taken from: it is started as it was recorded; and if
 * UEFI variables cannot go back: they stay as they are, or become those that RAM has
 *
 * What a VM is to go back to.
 */
typedef struct {
    FirnVm *vm;           /* (owned) */
    FirnBackend *backend; /* (owned) */
    char *key;            /* (owned) (nullable) */
    GStrv disks;          /* (owned) (nullable) */
    char *run_after;      /* (owned) (nullable) */
    gboolean is_to_stop;
    guint grace_ms;
    gboolean accepts_inconsistent;
    gboolean drops_bitmaps;
    gboolean is_forced;
} FirnRestoreParams;

/**
 * firn_restore_params_new:
 * @vm: a VM
 * @backend: stores its disks
 *
 * Returns: (transfer full): an undoing, with defaults
 */
FirnRestoreParams *firn_restore_params_new(FirnVm *vm, FirnBackend *backend);

/**
 * firn_restore_params_free:
 * @self: (nullable): a request
 */
void firn_restore_params_free(FirnRestoreParams *self);

/**
 * FirnRestorePlan:
 * @params: what is asked for
 * @target: (nullable): the record that the VM goes back to; %NULL if there is none: a blocker says
 * so
 * @undone: (nullable): what undoing goes back to
 * @present: the record under which what is on the disks now is going to be kept
 * @guest: the VM as it was found
 * @disks: (element-type FirnDisk): the disks that go back
 * @is_partial: others of its writable disks stay as they are
 * @changes: (element-type utf8): what will be otherwise, in sentences
 * @blockers: (element-type FirnBlocker): why it cannot be done
 * @memory_path: (nullable): the save image with the RAM that it is to have afterwards
 * @memory_disk: (nullable): that of @disks whose image has that RAM
 * @machine: (nullable): what it is started as; %NULL: as it is defined
 * @nvram: (nullable): the UEFI variables that it is to have afterwards; %NULL: as they are
 * @run_before: "running", "paused" or "off"
 * @run_after: the same, for afterwards
 *
 * What is known before anything is touched.
 */
typedef struct {
    const FirnRestoreParams *params; /* (unowned) */
    FirnSnapshot *target;            /* (owned) (nullable) */
    FirnUndoPoint *undone;           /* (owned) (nullable) */
    FirnSnapshot *present;           /* (owned) */
    FirnGuestCheck *guest;           /* (owned) */
    GPtrArray *disks;                /* (owned) (element-type FirnDisk) */
    gboolean is_partial;
    GPtrArray *changes;          /* (owned) (element-type utf8) */
    GPtrArray *blockers;         /* (owned) (element-type FirnBlocker) */
    char *memory_path;           /* (owned) (nullable) */
    const FirnDisk *memory_disk; /* (unowned) (nullable) */
    char *machine;               /* (owned) (nullable) */
    GBytes *nvram;               /* (owned) (nullable) */
    const char *run_before;      /* a constant */
    const char *run_after;       /* a constant */
} FirnRestorePlan;

/**
 * firn_restore_plan_make:
 * @params: what is asked for; has to outlive the plan
 * @cancellable: (nullable): ends the looking
 *
 * Looks at everything that matters, and changes nothing. Job threads only.
 *
 * Returns: (transfer full): what was seen, with all blockers at once
 */
FirnRestorePlan *firn_restore_plan_make(const FirnRestoreParams *params, GCancellable *cancellable);

/**
 * firn_restore_plan_check:
 * @self: a plan
 * @error: return location for a #GError
 *
 * Returns: %TRUE if nothing stands in the way; otherwise @error is of the first blocker's kind and
 * names them all
 */
gboolean firn_restore_plan_check(FirnRestorePlan *self, GError **error);

/**
 * firn_restore_plan_has_memory:
 * @self: a plan with a target
 *
 * Returns: whether its target has RAM that the VM can go on from
 */
gboolean firn_restore_plan_has_memory(const FirnRestorePlan *self);

/**
 * firn_restore_plan_takes_memory:
 * @self: a plan with a target
 *
 * Returns: whether the VM is to go on from that RAM
 */
gboolean firn_restore_plan_takes_memory(const FirnRestorePlan *self);

/**
 * firn_restore_plan_tell:
 * @self: a plan
 * @format: as for printf()
 *
 * Adds a sentence to what will be otherwise.
 */
void firn_restore_plan_tell(FirnRestorePlan *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * firn_restore_plan_free:
 * @self: (nullable): a plan
 */
void firn_restore_plan_free(FirnRestorePlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRestoreParams, firn_restore_params_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRestorePlan, firn_restore_plan_free)
