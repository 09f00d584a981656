/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "guest-check.h"
#include "plan-resource.h"

#define FIRN_RESTORE_GRACE_MS_DEFAULT 60000
#define FIRN_RESTORE_WAIT_MS_DEFAULT  (5 * 60 * 1000)

/**
 * FirnRestoreParams:
 * @vm: the VM
 * @backend: stores its disks
 * @key: (nullable): the snapshot, as for firn_catalogue_lookup(); %NULL: the undo point
 * @disks: (nullable): targets of the disks to restore; %NULL: all that the snapshot has
 * @run_after: (nullable): "running", "paused" or "off"; %NULL: the VM's state before
 * @keeps_config: the VM keeps its current configuration; otherwise it gets the snapshot's, unless
 * only some disks are restored
 * @is_best_effort: what the snapshot's configuration needs and the host lacks is left out of it, as
 * far as possible; otherwise the VM gets exactly that configuration
 * @is_to_stop: a running VM may be shut down for the restore
 * @wait_ms: otherwise: how long to wait until another program shuts it down; 0: not at all
 * @grace_ms: how long its guest may take to shut down before it is powered off
 * @accepts_inconsistent: also restore a snapshot that is only crash-consistent
 * @drops_bitmaps: dirty bitmaps of backup tools may be removed; the next backup must then be full
 * @is_forced: restore even if disks were resized (they get their recorded size), if the machine is
 * not the one that the RAM was saved from (the recorded one is started), or if the UEFI variables
 * cannot be restored (they stay unchanged, or become those in the saved RAM)
 *
 * A request for a restore.
 */
typedef struct {
    FirnVm *vm;           /* (owned) */
    FirnBackend *backend; /* (owned) */
    char *key;            /* (owned) (nullable) */
    GStrv disks;          /* (owned) (nullable) */
    char *run_after;      /* (owned) (nullable) */
    gboolean keeps_config;
    gboolean is_best_effort;
    gboolean is_to_stop;
    guint wait_ms;
    guint grace_ms;
    gboolean accepts_inconsistent;
    gboolean drops_bitmaps;
    gboolean is_forced;
} FirnRestoreParams;

/**
 * firn_restore_params_new:
 * @backend: stores its disks
 *
 * Returns: (transfer full): a request for an undo, with defaults
 */
FirnRestoreParams *firn_restore_params_new(FirnVm *vm, FirnBackend *backend);

void firn_restore_params_free(FirnRestoreParams *self);

/**
 * FirnRestorePlan:
 * @params: the request
 * @target: (nullable): the record to restore; %NULL if there is none: a blocker says so
 * @undone: (nullable): the undo point that is restored
 * @present: the record of the new undo point, for the current state
 * @guest: the VM's state when it was checked
 * @disks: (element-type FirnDisk): the disks to revert
 * @attached: (element-type utf8): targets of those that the VM does not have now, but gets back
 * with its definition
 * @is_partial: other writable disks of the VM are not reverted
 * @changes: (element-type utf8): sentences about what will be different
 * @blockers: (element-type FirnBlocker): why it cannot be done
 * @missing: (element-type FirnBlocker): what the VM would not start without, so that it is left off
 * @memory_path: (nullable): the save image with the RAM to load
 * @memory_disk: (nullable): the one of @disks whose image contains that RAM
 * @machine: (nullable): the machine to start; %NULL: as the VM is defined
 * @resources: what happens to each part of the VM
 * @current: (nullable): the current definition
 * @is_machine_other: the machine that the RAM was saved from is not the current one
 * @definition: (nullable): the definition that the VM gets; %NULL: it is not changed
 * @is_redefined: it may have that definition already
 * @nvram: (nullable): the UEFI variables to write; %NULL: unchanged
 * @run_before: "running", "paused" or "off"
 * @run_after: the same, after the restore
 *
 * The result of the check, before anything is changed.
 */
typedef struct {
    const FirnRestoreParams *params; /* (unowned) */
    FirnSnapshot *target;            /* (owned) (nullable) */
    FirnUndoPoint *undone;           /* (owned) (nullable) */
    FirnSnapshot *present;           /* (owned) */
    FirnGuestCheck *guest;           /* (owned) */
    GPtrArray *disks;                /* (owned) (element-type FirnDisk) */
    GPtrArray *attached;             /* (owned) (element-type utf8) */
    gboolean is_partial;
    GPtrArray *changes;           /* (owned) (element-type utf8) */
    GPtrArray *blockers;          /* (owned) (element-type FirnBlocker) */
    GPtrArray *missing;           /* (owned) (element-type FirnBlocker) */
    char *memory_path;            /* (owned) (nullable) */
    const FirnDisk *memory_disk;  /* (unowned) (nullable) */
    char *machine;                /* (owned) (nullable) */
    FirnPlanResources *resources; /* (owned) */
    char *current;                /* (owned) (nullable) */
    gboolean is_machine_other;
    char *definition; /* (owned) (nullable) */
    gboolean is_redefined;
    GBytes *nvram;          /* (owned) (nullable) */
    const char *run_before; /* a constant */
    const char *run_after;  /* (unowned) of @params or @undone, or a constant */
} FirnRestorePlan;

/**
 * firn_restore_plan_make:
 * @params: the request; has to outlive the plan
 *
 * Checks everything that matters, and changes nothing. Job threads only.
 *
 * Returns: (transfer full): what was found, with all blockers at once
 */
FirnRestorePlan *firn_restore_plan_make(const FirnRestoreParams *params, GCancellable *cancellable);

/**
 * firn_restore_plan_has_memory:
 * @self: a plan with a target
 *
 * Returns: whether its target has RAM that the VM can resume from
 */
gboolean firn_restore_plan_has_memory(const FirnRestorePlan *self);

/**
 * firn_restore_plan_takes_memory:
 * @self: a plan with a target
 *
 * Returns: whether the VM will resume from that RAM
 */
gboolean firn_restore_plan_takes_memory(const FirnRestorePlan *self);

/**
 * firn_restore_plan_waits:
 * @self: a plan with a target
 *
 * Returns: whether the restore begins only after another program has shut the VM down
 */
gboolean firn_restore_plan_waits(const FirnRestorePlan *self);

/**
 * firn_restore_plan_refuse_running:
 * @self: a plan for a running VM
 *
 * Adds the blocker that it runs.
 */
void firn_restore_plan_refuse_running(FirnRestorePlan *self);

/**
 * firn_restore_plan_tell:
 * @format: as for printf()
 *
 * Adds a sentence to @changes, unless it is there already.
 */
void firn_restore_plan_tell(FirnRestorePlan *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

void firn_restore_plan_free(FirnRestorePlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRestoreParams, firn_restore_params_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRestorePlan, firn_restore_plan_free)
